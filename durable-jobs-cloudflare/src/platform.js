// What the platform offers, in as few crossings between wasm and JavaScript as possible.

// Calls an object and gives its answer's text.
export function call(namespace, name, path, body) {
  const stub = namespace.get(namespace.idFromName(name));
  return stub.fetch("http://durable-object" + path, { method: "POST", body }).then((response) => response.text());
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

export function answer(text) {
  return new Response(text, { headers: { "content-type": "application/json" } });
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
