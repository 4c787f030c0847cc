// Takes objects out of memory. Only the local machine can reach it, and only in tests.
import unsafe from "workerd:unsafe";

const actions = {
  evict: ({ binding, name }, env) => unsafe.evict(env[binding].getByName(name)),
  evictAll: () => unsafe.evictAllDurableObjects(),
  abortAll: () => unsafe.abortAllDurableObjects(),
};

export default {
  async fetch(request, env) {
    const order = await request.json();
    try {
      await actions[order.action](order, env);
      return new Response("done");
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
