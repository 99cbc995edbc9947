import type net from 'node:net';

/** What is kept in the network for a while. */
export type Hold = 'nothing' | 'requests' | 'requests and answers';

/** One direction of a connection, through which whole messages go. */
export interface Lane {
  /** Passes it on, or keeps it until the hold ends. */
  send(bytes: Buffer): void;
  /** Nothing more comes: closes the other side behind the last message, be it now or when the hold ends. */
  end(): void;
}

/** The network between clients and brokers: what is held is late, never lost, also when its sender is gone by then. */
export interface HeldFrames {
  /** From now on; what was held and is no more leaves at once, in order. */
  hold(what: Hold): void;
  lane(kind: 'request' | 'answer', to: net.Socket): Lane;
}

export function createHeldFrames(): HeldFrames {
  let held: Hold = 'nothing';
  const waiting = new Set<() => void>();

  function lane(kind: 'request' | 'answer', to: net.Socket): Lane {
    const kept: Buffer[] = [];
    let ended = false;
    const isHeld = (): boolean => held === 'requests and answers' || (held === 'requests' && kind === 'request');
    const flush = (): void => {
      if (isHeld()) return;
      waiting.delete(flush);
      for (const bytes of kept.splice(0)) if (to.writable) to.write(bytes);
      if (ended && to.writable) to.end();
    };
    to.on('close', () => waiting.delete(flush));
    return {
      send(bytes) {
        kept.push(bytes);
        waiting.add(flush);
        flush();
      },
      end() {
        ended = true;
        waiting.add(flush);
        flush();
      },
    };
  }

  return {
    lane,
    hold: (what) => {
      held = what;
      for (const flush of waiting) flush();
    },
  };
}
