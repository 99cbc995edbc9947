import type net from 'node:net';

/** What is kept in the network for a while; `reading`: the answers on connections on which somebody fetches. */
export type Hold = 'nothing' | 'requests' | 'reading' | 'requests and answers';

/** What goes through a lane. */
export type Freight = 'request' | 'answer' | 'fetched';

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
  lane(freight: Freight, to: net.Socket): Lane;
}

const STOPPED: Readonly<Record<Hold, readonly Freight[]>> = {
  nothing: [],
  requests: ['request'],
  reading: ['fetched'],
  'requests and answers': ['request', 'answer', 'fetched'],
};

export function createHeldFrames(): HeldFrames {
  let held: Hold = 'nothing';
  const waiting = new Set<() => void>();

  function lane(freight: Freight, to: net.Socket): Lane {
    const kept: Buffer[] = [];
    let ended = false;
    const isHeld = (): boolean => STOPPED[held].includes(freight);
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
