import { createPinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type App, createApp, defineComponent, h, nextTick, ref } from "vue";
import { i18n } from "@/i18n";
import BankBox from "./BankBox.vue";

// The table behind the page's own client.
const server = vi.hoisted(() => {
  const rows = [
    { number: "102100099996", name: "中国工商银行", city: "北京" },
    { number: "102584002910", name: "中国工商银行股份有限公司深圳福田支行", city: "深圳" },
  ];
  const asked: string[] = [];
  const state = { is_complete: false };
  globalThis.fetch = (request: RequestInfo | URL) => {
    const words = new URL((request as Request).url).searchParams.get("q") ?? "";
    asked.push(words);
    const banks = rows.filter((row) => row.name.includes(words));
    const body = JSON.stringify({ banks, has_more: false, size: rows.length, is_complete: state.is_complete });
    return Promise.resolve(new Response(body, { status: 200, headers: { "Content-Type": "application/json" } }));
  };
  return { asked, state };
});

let app: App;
let root: HTMLElement;
const value = ref("");
const left = vi.fn();
const input = () => root.querySelector("input") as HTMLInputElement;
const options = () => [...root.querySelectorAll("[role=option]")];
const is_listed = () => input().getAttribute("aria-expanded") === "true";
const told = () => root.querySelector("#f-unknown")?.textContent;

async function type(text: string): Promise<void> {
  input().value = text;
  input().dispatchEvent(new InputEvent("input"));
  await vi.waitUntil(() => server.asked.at(-1) === text.trim());
  await vi.waitUntil(() => is_listed() || told() !== "");
}
async function press(key: string): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, cancelable: true });
  input().dispatchEvent(event);
  await nextTick();
  return event;
}

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined; // jsdom lays nothing out
  value.value = "";
  server.state.is_complete = false;
  root = document.createElement("div");
  document.body.append(root);
  const box = () =>
    h(BankBox, {
      id: "f", name: "account_bank", label: "开户行", locked: false, required: true, is_wrong: false, described: "d", is_told: false,
      modelValue: value.value, "onUpdate:modelValue": (text: string) => (value.value = text), onLeave: left,
    });
  app = createApp(defineComponent(() => box));
  app.use(createPinia()).use(i18n).mount(root);
  input().focus();
});
afterEach(() => {
  app.unmount();
  root.remove();
});

describe("a box for a bank", () => {
  it("lists what is typed after a pause, and the keys mark and take a line", async () => {
    await type("工商");
    expect(options().map((each) => each.querySelector("span")?.textContent)).toEqual(["中国工商银行", "中国工商银行股份有限公司深圳福田支行"]);
    expect(input().getAttribute("aria-activedescendant")).toBeNull();
    await press("ArrowDown");
    await press("ArrowDown");
    expect(input().getAttribute("aria-activedescendant")).toBe(options()[1]?.id);
    expect(options()[1]?.getAttribute("aria-selected")).toBe("true");
    expect((await press("Enter")).defaultPrevented, "the form is not sent by it").toBe(true);
    expect(value.value).toBe("中国工商银行股份有限公司深圳福田支行");
    expect(is_listed()).toBe(false);
    expect((await press("Enter")).defaultPrevented).toBe(false);
    expect(told()).toBe("");
  });
  it("closes by Escape and keeps what was typed, and a press takes a line", async () => {
    await type("工商银行");
    await press("Escape");
    expect(is_listed()).toBe(false);
    expect(value.value).toBe("工商银行");
    await press("ArrowUp");
    await vi.waitUntil(is_listed);
    expect(options()[1]?.getAttribute("aria-selected")).toBe("true");
    (options()[0] as HTMLElement).click();
    expect(value.value).toBe("中国工商银行");
  });
  it("says that a bank is unknown in the words of a partial or of a whole table", async () => {
    await type("天地银行");
    expect(told()).toBe("没有在列表中找到，请核对开户行全称");
    server.state.is_complete = true;
    await type("天地银行深圳分行");
    await vi.waitUntil(() => told() === "列表中没有这家银行，请换个关键字，从列表中选择开户行");
    // A part of a name is none, once the field is left.
    await type("中国工商");
    expect(told()).toBe("");
    input().dispatchEvent(new FocusEvent("blur"));
    await vi.waitUntil(() => told() !== "");
    expect(left).toHaveBeenCalled();
  });
});
