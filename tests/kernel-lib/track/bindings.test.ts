import { expect, test } from "vitest";
import { beginCell } from "../../../kernel-lib/src/track/recorder.js";
import { bindings, identity, traceOf } from "./support.js";

test("a trace lists the names that a cell read and wrote, sorted", async () => {
  const $tl = bindings();
  await traceOf(() => {
    $tl.ref("b").v = 1;
    $tl.ref("a").v = 2;
  });
  const trace = await traceOf(() => {
    $tl.ref("sum").v = Number($tl.ref("b").v) + Number($tl.ref("a").v);
  });
  expect([trace.reads, trace.writes]).toEqual([["a", "b"], ["sum"]]);
});

test("a name read only after the cell wrote it is not a read", async () => {
  const $tl = bindings();
  const x = $tl.ref("x");
  await traceOf(() => (x.v = 1));
  const trace = await traceOf(() => {
    x.v = 2;
    return x.v;
  });
  expect([trace.reads, trace.writes]).toEqual([[], ["x"]]);
});

test("a name read before the cell wrote it is both", async () => {
  const x = bindings().ref("x");
  await traceOf(() => (x.v = 1));
  const trace = await traceOf(() => {
    x.v = Number(x.v) + 1;
  });
  expect([trace.reads, trace.writes]).toEqual([["x"], ["x"]]);
});

test("each cell has reads of its own, with nothing to arm between", async () => {
  const x = bindings().ref("x");
  await traceOf(() => (x.v = 1));
  expect((await traceOf(() => x.v)).reads).toEqual(["x"]);
  expect((await traceOf(() => x.v)).reads).toEqual(["x"]);
  expect((await traceOf(() => {})).reads).toEqual([]);
});

test("a name that no cell gave a value throws a ReferenceError each time it is read", async () => {
  const x = bindings().ref("x");
  await traceOf(() => {
    expect(() => x.v).toThrow("Cannot read 'x': no cell gave it a value yet");
    expect(() => x.v).toThrow(ReferenceError);
  });
});

test("reads by an older cell's callback belong to that cell and do not use up the running cell's", async () => {
  const $tl = bindings();
  await traceOf(() => {
    $tl.ref("x").v = 1;
    $tl.ref("y").v = 1;
  });
  const older = beginCell(identity);
  let resume = (): void => {};
  const gate = new Promise<void>((resolve) => (resume = resolve));
  const late = older.run(async () => {
    await gate;
    return $tl.ref("x").v;
  });
  const newer = beginCell({ ...identity, cellId: "b" });
  await newer.run(async () => {
    resume();
    await late;
    return [$tl.ref("y").v];
  });
  expect((await newer.finish(null)).reads).toEqual(["y"]);
  expect((await older.finish(null)).reads).toEqual(["x"]);
});

test("a running cell still reads a name that an older cell's callback read just before", async () => {
  const x = bindings().ref("x");
  await traceOf(() => (x.v = 1));
  const older = beginCell(identity);
  const newer = beginCell({ ...identity, cellId: "b" });
  older.run(() => x.v);
  newer.run(() => x.v);
  expect((await newer.finish(null)).reads).toEqual(["x"]);
});

test("names() lists what has a value, in order", async () => {
  const $tl = bindings();
  $tl.ref("never");
  await traceOf(() => {
    $tl.ref("second").v = 2;
    $tl.ref("first").v = 1;
  });
  expect($tl.names()).toEqual(["second", "first"]);
});

test("a loop that is stopped by force has read what it took; one that ends has read what it says", async () => {
  const $tl = bindings();
  const [limit, sum, unused] = [$tl.ref("limit"), $tl.ref("sum"), $tl.ref("unused")];
  await traceOf(() => {
    for (const ref of [limit, sum, unused]) ref.v = 1;
  });
  const stopped = await traceOf(() => {
    limit.enter();
    sum.enter();
  });
  expect([stopped.reads, stopped.writes]).toEqual([["limit", "sum"], []]);
  const ended = await traceOf(() => {
    for (const ref of [limit, sum, unused]) ref.enter();
    limit.leave(1, true, false);
    sum.leave(2, true, true);
    unused.leave(1, false, false);
  });
  expect([ended.reads, ended.writes]).toEqual([["limit", "sum"], ["sum"]]);
});
