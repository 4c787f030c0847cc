// What the platform offers, in as few crossings between wasm and JavaScript as possible.

import { DurableObject } from "cloudflare:workers";

// wasm-bindgen polls a future by `queueMicrotask`, which takes this platform some microseconds more than the same turn
// of a promise.
const now = Promise.resolve();
globalThis.queueMicrotask = (task) => void now.then(task).catch(reportError);

// The platform passes calls on only to objects whose class extends its own.
export function extend(object) {
  const prototype = Object.getPrototypeOf(object);
  Object.setPrototypeOf(prototype, DurableObject.prototype);
  Object.setPrototypeOf(prototype.constructor, DurableObject);
}

// Sends a text to an object and tells `settled` the text of its answer, or the error. A stub that has failed once may
// fail for good, so each message has its own.
export function send(namespace, name, text, place, settled) {
  const answered = (answer) => settled(place, answer);
  const failed = (error) => settled(place, undefined, error);
  try {
    namespace.getByName(name).call(text).then(answered, failed);
  } catch (error) {
    failed(error);
  }
}

// Runs a statement; gives how many rows it has written.
export function run(sql, statement, ...bindings) {
  return sql.exec(statement, ...bindings).rowsWritten;
}

// Runs a statement; gives its rows, each an array of its columns.
export function rows(sql, statement) {
  return [...sql.exec(statement).raw()];
}

// A binding of the environment, if it is a namespace of objects.
export function namespace(env, name) {
  const binding = env[name];
  return typeof binding?.getByName === "function" ? binding : undefined;
}

// Tells the log of the Worker one event.
export function log(level, line) {
  console[level](line);
}

// The panic of an object survives the wasm instance that it has ended.
const panics = (globalThis.__durable_jobs_panics ??= new Map());

export function rememberPanic(object, message) {
  panics.set(object, message);
}

export function takePanic(object) {
  const message = panics.get(object);
  panics.delete(object);
  return message;
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Posts JSON; gives the status of the answer.
export async function post(url, body, timeoutMs) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
  await response.body?.cancel();
  return response.status;
}
