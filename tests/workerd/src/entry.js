import Worker from "./build/index.js";
export * from "./build/index.js";

// What worker-build knows of its wasm instance. After a panic its class makes a new one.
const state = globalThis.__worker_init_state;
const { fetch } = Worker.prototype;

export default {
  fetch(request, env, ctx) {
    const instance = state && !state.criticalError ? { env, ctx } : new Worker(ctx, env);
    return fetch.call(instance, request);
  },
};
