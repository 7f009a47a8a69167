import { expect, test } from "vitest";
import { OperationsClient } from "../../jupyter-extension/src/client/operations-client.js";
import { OperationsFeed } from "../../jupyter-extension/src/model/operations-feed.js";

/** A service that answers when the test says so, and a page with a timer that the test rings. */
function setUp() {
  const asked: { readonly path: string; readonly body?: unknown; readonly answer: (answer: unknown) => void }[] = [];
  const ask = (path: string, body?: unknown) =>
    new Promise<never>((resolve, reject) => {
      asked.push({
        path,
        ...(body === undefined ? {} : { body }),
        answer: (answer) => (answer instanceof Error ? reject(answer) : resolve(answer as never)), // what a service says is its own
      });
    });
  const page = { visible: true, timers: [] as { readonly ms: number; readonly ring: () => void }[], nowMs: 0 };
  const feed = new OperationsFeed({
    client: new OperationsClient({ get: ask, post: ask }, () => "dir/nb.ipynb"),
    isVisible: () => page.visible,
    now: () => page.nowMs,
    setTimer: (ring, ms) => page.timers.push({ ms, ring }),
    clearTimer: () => {},
  });
  const changes: (string | null)[] = [];
  feed.changed.connect(() => void changes.push(feed.problem));
  return { feed, asked, page, changes };
}

const state = (id: string) => ({
  service: true,
  schedules: [{ id }],
  models: [],
  deployments: [],
  problems: [],
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a feed asks while somebody looks, tells what is new alone, and asks a slow service less often", async () => {
  const { feed, asked, page, changes } = setUp();
  const leave = feed.watch();
  expect(asked.map(({ path }) => path)).toEqual(["operations?notebook=dir%2Fnb.ipynb"]);
  asked[0]?.answer(state("a"));
  await settle();
  expect([feed.reply, changes.length, page.timers.map(({ ms }) => ms)]).toEqual([state("a"), 1, [2000]]);
  page.timers[0]?.ring();
  page.nowMs += 1000;
  asked[1]?.answer(state("a"));
  await settle();
  expect([changes.length, page.timers.map(({ ms }) => ms)]).toEqual([1, [2000, 5000]]);
  page.visible = false;
  page.timers[1]?.ring();
  await settle();
  expect(asked.length).toBe(2);
  leave();
  page.timers[2]?.ring();
  await settle();
  expect([asked.length, page.timers.length]).toEqual([2, 3]);
});

test("a feed keeps the last answer when the service is lost, and says why there is no other", async () => {
  const { feed, asked, page, changes } = setUp();
  feed.watch();
  asked[0]?.answer(state("a"));
  await settle();
  page.timers[0]?.ring();
  asked[1]?.answer(new Error("Cannot reach the Tagline service."));
  await settle();
  expect([feed.reply, feed.problem]).toEqual([state("a"), "Cannot reach the Tagline service."]);
  page.timers[1]?.ring();
  asked[2]?.answer(state("a"));
  await settle();
  expect([feed.problem, changes]).toEqual([null, [null, "Cannot reach the Tagline service.", null]]);
});

test("a command is busy until it is answered, holds back a second one, and its answer beats an older question's", async () => {
  const { feed, asked } = setUp();
  feed.watch();
  const sent = feed.command("schedule:a", "pause", () => feed.client.changeSchedule("a", "pause"));
  expect(feed.doing("schedule:a")).toEqual({ verb: "pause", problem: null });
  expect(await feed.command("schedule:a", "run", () => feed.client.runSchedule("a"))).toBe(null);
  expect(asked[1]).toMatchObject({ path: "schedules/a/pause", body: { notebook: "dir/nb.ipynb" } });
  asked[1]?.answer(state("paused"));
  expect(await sent).toEqual(state("paused"));
  asked[0]?.answer(state("before"));
  await settle();
  expect([feed.reply, feed.doing("schedule:a")]).toEqual([state("paused"), { verb: null, problem: null }]);
  expect(asked[2]?.path).toBe("operations?notebook=dir%2Fnb.ipynb"); // asks again at once
});

test("a command that is refused leaves its reason at its thing until it is put away", async () => {
  const { feed, asked } = setUp();
  const sent = feed.command("alias:m@production", "rollback", () => feed.client.rollback("m", {}));
  asked[0]?.answer(new Error("There is nothing before."));
  expect(await sent).toBe(null);
  expect(feed.doing("alias:m@production")).toEqual({ verb: null, problem: "There is nothing before." });
  feed.forget("alias:m@production");
  expect(feed.doing("alias:m@production")).toEqual({ verb: null, problem: null });
});
