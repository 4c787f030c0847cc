// The floor: what somebody writes who needs one batch, one counter, and nothing else. Each instance is one object with
// one stored record, which every call reads and every change writes; the Worker reaches it by `fetch` and JSON.
//
// Routes: GET /ping; POST /debounce/{job}/{id}/add, POST /task/{job}/{id}/send, and GET .../status of both.

const WINDOW_MS = 5 * 60 * 1000;

export class Jobs {
  constructor(state) {
    this.storage = state.storage;
  }

  async fetch(request) {
    const { kind, action, event } = await request.json();
    const record = await this.storage.get("record");
    const answer = await this.act(`${kind}/${action}`, record, event);
    return Response.json(answer);
  }

  async act(call, record, event) {
    switch (call) {
      case "debounce/add":
        return await this.add(record, event);
      case "debounce/status":
        return record ? { status: "debouncing", events: record.events, startedAt: record.startedAt, dueAt: record.dueAt } : { status: "not_found" };
      case "task/send":
        return await this.send(record, event);
      case "task/status":
        return record ? { status: "active", events: record.events, createdAt: record.createdAt, dueAt: record.dueAt } : { status: "not_found" };
      default:
        throw new Error(`there is no ${call}`);
    }
  }

  async add(record, event) {
    const created = record === undefined;
    if (created) {
      const startedAt = Date.now();
      record = { events: 0, startedAt, dueAt: startedAt + WINDOW_MS };
      await this.storage.setAlarm(record.dueAt);
    }
    record.events += 1;
    record.last = event;
    await this.storage.put("record", record);
    return { created, events: record.events, dueAt: record.dueAt };
  }

  async send(record, event) {
    const created = record === undefined;
    const now = Date.now();
    record ??= { events: 0, sum: 0, createdAt: now };
    record.events += 1;
    record.sum += event.v;
    record.dueAt = now + WINDOW_MS;
    await this.storage.put("record", record);
    await this.storage.setAlarm(record.dueAt);
    return { created, dueAt: record.dueAt };
  }

  async alarm() {
    await this.storage.delete("record");
  }
}

export default {
  async fetch(request, env) {
    const [kind, job, id, action] = request.url.split("/").slice(3);
    if (kind === "ping") {
      return new Response("ok");
    }
    const event = request.method === "POST" ? await request.json() : undefined;
    const object = env.JOBS.get(env.JOBS.idFromName(`${kind}:${job}:${id}`));
    return await object.fetch("http://object/", { method: "POST", body: JSON.stringify({ kind, action, event }) });
  },
};
