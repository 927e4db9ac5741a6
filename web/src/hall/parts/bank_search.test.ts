import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AskBanks, bank_search, type FoundBanks, typing_pause_ms } from "./bank_search";

const table = [
  { number: "102100099996", name: "中国工商银行", city: "北京" },
  { number: "102584002910", name: "中国工商银行股份有限公司深圳福田支行", city: "深圳" },
  { number: "501290000012", name: "汇丰银行（中国）有限公司", city: "上海" },
];
const answer = (words: string, is_complete = false): FoundBanks => ({
  banks: table.filter((bank) => bank.name.includes(words)), has_more: false, size: table.length, is_complete,
});

/** Answers when it is told to, in whatever order. */
function slow_server() {
  const waiting = new Map<string, (told: FoundBanks | null) => void>();
  const signals = new Map<string, AbortSignal>();
  const ask: AskBanks = (words, signal) =>
    new Promise((resolve) => {
      waiting.set(words, resolve);
      signals.set(words, signal);
    });
  const tell = async (words: string, told: FoundBanks | null = answer(words)): Promise<void> => {
    waiting.get(words)?.(told);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { ask, tell, waiting, signals };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a search for a bank", () => {
  it("waits for a pause in the typing, and asks for what stands there then", async () => {
    const server = slow_server();
    const search = bank_search(server.ask);
    search.type("工");
    vi.advanceTimersByTime(typing_pause_ms - 1);
    search.type("工商");
    vi.advanceTimersByTime(typing_pause_ms - 1);
    expect([...server.waiting.keys()]).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([...server.waiting.keys()]).toEqual(["工商"]);
    expect(search.is_shown.value).toBe(false);
    await server.tell("工商");
    expect(search.is_shown.value).toBe(true);
    expect(search.banks.value.map((bank) => bank.name)).toEqual([table[0]?.name, table[1]?.name]);
  });
  it("shows no answer to what was typed before, however late it comes, and calls it off", async () => {
    const server = slow_server();
    const search = bank_search(server.ask);
    void search.look("工商");
    void search.look("汇丰");
    expect(server.signals.get("工商")?.aborted).toBe(true);
    await server.tell("汇丰");
    await server.tell("工商");
    expect(search.banks.value.map((bank) => bank.number)).toEqual(["501290000012"]);
    search.type("");
    expect(search.banks.value).toEqual([]);
    expect(search.is_open.value).toBe(false);
  });
  it("marks line by line around the ends, and picks the marked one", async () => {
    const server = slow_server();
    const search = bank_search(server.ask);
    search.type("工商");
    vi.advanceTimersByTime(typing_pause_ms);
    await server.tell("工商");
    expect(search.marked.value).toBe(-1);
    search.move(1);
    search.move(1);
    expect(search.marked.value).toBe(1);
    search.move(1);
    expect(search.marked.value).toBe(0);
    search.move(-1);
    expect(search.marked.value).toBe(1);
    expect(search.pick(search.marked.value)?.number).toBe("102584002910");
    expect(search.is_open.value).toBe(false);
    expect(search.is_unknown("中国工商银行股份有限公司深圳福田支行")).toBe(false);
    expect(search.pick(7)).toBeUndefined();
  });
  it("opens by itself with what is typed already, and asks only what it does not know", async () => {
    const server = slow_server();
    const search = bank_search(server.ask);
    const opened = search.open("工商", true);
    await server.tell("工商");
    await opened;
    expect(search.marked.value).toBe(1);
    search.close();
    server.waiting.clear();
    await search.open("工商");
    expect(search.marked.value).toBe(0);
    expect(server.waiting.size).toBe(0);
    await search.open("  ");
    expect(server.waiting.size).toBe(0);
  });
  it("knows a name however it is typed, and says nothing of what it was not asked or could not ask", async () => {
    const server = slow_server();
    const search = bank_search(server.ask);
    expect(search.is_unknown("汇丰银行")).toBe(false);
    const looked = search.look("汇丰银行(中国) 有限公司");
    await server.tell("汇丰银行(中国) 有限公司", { ...answer("汇丰"), is_complete: true });
    await looked;
    expect(search.is_unknown("汇丰银行(中国) 有限公司")).toBe(false);
    const other = search.look("天地银行");
    await server.tell("天地银行");
    await other;
    expect(search.is_unknown("天地银行")).toBe(true);
    expect(search.is_unknown("天地银行福田支行")).toBe(false);
    const failed = search.look("工商");
    await server.tell("工商", null);
    await failed;
    expect(search.is_unknown("工商")).toBe(false);
    const empty = search.look("建设");
    await server.tell("建设", { ...answer("建设"), size: 0 });
    await empty;
    expect(search.is_unknown("建设")).toBe(false);
  });
});
