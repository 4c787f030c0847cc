// What the platform offers, in as few crossings between wasm and JavaScript as possible.

// Sends a text to an object and tells `settled` the text of its answer, or the error.
export function send(namespace, name, body, place, settled) {
  exchange(namespace, name, body).then(
    (text) => settled(place, text),
    (error) => settled(place, undefined, error),
  );
}

// A body is a stream, whose end takes another turn of the event loop to come. So a small message goes in a header.
const MESSAGE = "durable-jobs";
const fitsHeader = (text) => text.length <= 4096 && /^[\x20-\x7e]*$/.test(text);

// A stub that has failed once may fail for good, so each message has its own.
async function exchange(namespace, name, text) {
  const stub = namespace.get(namespace.idFromName(name));
  const init = fitsHeader(text) ? { headers: { [MESSAGE]: text } } : { method: "POST", body: text };
  const response = await stub.fetch("http://durable-object/", init);
  return response.headers.get(MESSAGE) ?? response.text();
}

const respond = (text) => (fitsHeader(text) ? new Response(null, { headers: { [MESSAGE]: text } }) : new Response(text));

// Answers a request to an object with what `handle` makes of its text: a text, or the promise of one.
export function answer(request, handle, life) {
  const text = request.headers.get(MESSAGE);
  const answered = text === null ? request.text().then((text) => arrived(text, handle, life)) : handle(text);
  return typeof answered === "string" ? respond(answered) : answered.then(respond);
}

// What arrives while a panic ends the wasm instance of `handle` is not taken: nothing may enter that instance again.
function arrived(text, handle, life) {
  if (life.endedBy !== undefined) throw new Error(life.endedBy);
  return handle(text);
}

// The life of one wasm instance.
export function beginLife() {
  return { endedBy: undefined };
}

export function endLife(life, message) {
  life.endedBy = message;
}

// Runs a statement; gives how many rows it has written.
export function run(sql, statement, ...bindings) {
  return sql.exec(statement, ...bindings).rowsWritten;
}

// Runs a statement; gives its rows, each an array of its columns.
export function rows(sql, statement, ...bindings) {
  return [...sql.exec(statement, ...bindings).raw()];
}

// A binding of the environment, if it is a namespace of objects.
export function namespace(env, name) {
  const binding = env[name];
  return typeof binding?.idFromName === "function" ? binding : undefined;
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
