// What outlives a wasm instance.
const kept = (globalThis.__durable_jobs_testing ??= {});
kept.clock ??= null;
kept.broken ??= false;
kept.received ??= 0;
kept.telemetry ??= [];
kept.instance ??= 0;
kept.rows ??= 0;

export const clock = () => kept.clock ?? undefined;
export const setClock = (millis) => void (kept.clock = millis ?? null);
export const broken = () => kept.broken;
export const setBroken = (broken) => void (kept.broken = broken);
export const countReceived = () => ++kept.received;
export const received = () => kept.received;
export const instance = () => kept.instance;
export const countInstance = () => void kept.instance++;
export const record = (telemetry) => void kept.telemetry.push(telemetry);
export const drainTelemetry = () => kept.telemetry.splice(0);
export const countRows = (written) => void (kept.rows += written);
export const rowsWritten = () => kept.rows;
