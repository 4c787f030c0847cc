// An object that counts in storage, and knows since when it is in memory.
export class Counter {
  constructor(state, env) {
    this.state = state;
    this.env = env;
    this.instance = crypto.randomUUID();
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const wait = Number(searchParams.get("wait"));
    if (wait) {
      console.log(`${pathname} waits`);
      await scheduler.wait(wait);
    }
    if (pathname.endsWith("/print")) console.log("the counter was here");
    const { sql } = this.state.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS seen (at INTEGER PRIMARY KEY)");
    sql.exec("INSERT INTO seen DEFAULT VALUES");
    const [{ count }] = sql.exec("SELECT count(*) AS count FROM seen").toArray();
    return Response.json({ count, instance: this.instance, text: this.env.TEXT });
  }
}

// The same stored objects, under another name.
export class Renamed extends Counter {}

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const elsewhere = url.searchParams.get("fetch");
    if (elsewhere) return fetch(elsewhere);
    const [, name] = url.pathname.split("/");
    return env.OBJECTS.getByName(name).fetch(request);
  },
};
