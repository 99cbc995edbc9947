import winston from 'winston';

/** Structured log. Fields never hold secrets or bodies. */
export interface Logger {
  error(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  debug(message: string, fields?: Record<string, unknown>): void;
}

/** JSON lines on stdout (time, level, service, message, fields); on a terminal a line for people instead. */
export function createLogger({ level, service, pretty }: { level: string; service: string; pretty: boolean }): Logger {
  return winston.createLogger({
    level,
    defaultMeta: { service },
    format: pretty ? forPeople() : forMachines(),
    transports: [new winston.transports.Console({ forceConsole: false })],
  });
}

function forMachines(): winston.Logform.Format {
  const { combine, json } = winston.format;
  const time = winston.format((info) => ({ time: new Date().toISOString(), ...info }));
  return combine(time(), json());
}

function forPeople(): winston.Logform.Format {
  const { combine, colorize, printf } = winston.format;
  return combine(
    colorize(),
    printf(({ level, message, service: _service, ...fields }) => {
      const known = Object.entries(fields).filter(([, value]) => value !== undefined);
      const details = known.map(([name, value]) => ` ${name}=${asText(value)}`);
      return `${new Date().toTimeString().slice(0, 8)} ${level} ${String(message)}${details.join('')}`;
    }),
  );
}

function asText(value: unknown): string {
  return typeof value === 'string' && !value.includes(' ') ? value : JSON.stringify(value);
}
