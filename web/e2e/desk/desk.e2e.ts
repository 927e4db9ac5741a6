// A registration and a review officer, each with a UKey, without a mouse: from the login to the second approval.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fits, launch, look_at, tab_to } from "./browser";
import { Agent, Office } from "./office";

let office: Office;
let agent: Agent;
let browser: Browser;
let page: Page;
let number = "";

async function log_in(label: string): Promise<void> {
  const row = page.locator(".devices li", { hasText: label });
  await row.waitFor();
  const place = await row.evaluate((each) => [...(each.parentElement?.children ?? [])].indexOf(each) + 1);
  await tab_to(page, `.devices li:nth-child(${place}) button`);
  await page.keyboard.press("Enter");
  await agent.types_pin();
  await page.getByRole("heading", { level: 1, name: "业务队列" }).waitFor();
}
async function log_out(): Promise<void> {
  await tab_to(page, ".top button:last-child");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/login/);
}
const chip = () => page.locator("h1 .chip");

beforeAll(async () => {
  office = await Office.start();
  [agent, browser, number] = await Promise.all([Agent.start(office), launch(), office.case_of(71)]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "zh-CN" });
});
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await office?.stop();
});

describe("the officers' desk", () => {
  it("is opened by a UKey, once the person has allowed the page in the agent's window", async () => {
    await page.goto(`${office.desk}/queue`);
    await page.waitForURL(/\/login/);
    await look_at(page, "desk-login");
    await tab_to(page, "button.primary");
    await page.keyboard.press("Enter");
    await page.getByText("请在客户端窗口中允许").waitFor();
    await agent.consents();
    await page.locator(".devices li").first().waitFor();
    await look_at(page, "desk-devices");
    await fits(page);
    await log_in("registration");
    expect(page.url()).toContain("/queue");
  });

  it("lists what is the officer's move, with its clock, and opens it by j and Enter", async () => {
    await page.getByText(number).waitFor();
    await look_at(page, "desk-queue");
    await fits(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await look_at(page, "desk-shortcuts");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/cases/${number}`));
    await chip().waitFor();
    expect(await chip().textContent()).toBe("审核中");
  });

  it("shows the papers beside the data, from an origin of their own", async () => {
    const picture = page.locator(".sheet img").first();
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
    expect(new URL((await picture.getAttribute("src")) ?? "").origin).not.toBe(office.desk);
    await look_at(page, "desk-case");
    await page.keyboard.press("3");
    await page.keyboard.press("v");
    await expect.poll(() => page.locator(".sheet img").count()).toBe(2);
    await expect.poll(() => page.locator(".sheet img").evaluateAll((all) => all.every((img) => (img as HTMLImageElement).naturalWidth > 100))).toBe(true);
    await look_at(page, "desk-case-beside");
    await page.keyboard.press("v");
    await fits(page);
  });

  it("takes the case in hand and asks the providers again", async () => {
    await page.keyboard.press("c");
    await page.getByText("您正在办理").waitFor();
    await page.keyboard.press("e");
    await page.getByText("已办理：重新核验").waitFor();
    expect(await page.locator("td.good", { hasText: "成立" }).count()).toBeGreaterThanOrEqual(3);
    expect(await page.locator("td.bad").count()).toBe(0);
    await look_at(page, "desk-case-receipts");
  });

  it("returns nothing without words, and says where they are missing", async () => {
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await tab_to(page, "dialog[open] button[type=submit]");
    await page.keyboard.press("Enter");
    await page.getByText("请填写驳回原因。").waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    expect(await dialog.getByText("请至少勾选一项").isVisible()).toBe(true);
    await look_at(page, "desk-return");
    await page.keyboard.press("Escape");
    expect(await chip().textContent()).toBe("审核中");
  });

  it("changes nothing when the officer refuses in the agent's window", async () => {
    await page.keyboard.press("a");
    await tab_to(page, "dialog[open] select");
    await tab_to(page, "dialog[open] button[type=submit]");
    await look_at(page, "desk-sign");
    await page.keyboard.press("Enter");
    await agent.refuses();
    await page.getByText("您在客户端窗口中取消了签名").waitFor();
    expect(await chip().textContent()).toBe("审核中");
  });

  it("accepts with what the agent's window has shown and the officer has signed there", async () => {
    await tab_to(page, "dialog[open] button[type=submit]");
    await page.keyboard.press("Enter");
    const shown = await agent.signs();
    expect(shown).toContain(number);
    await page.getByText("已办理：受理").waitFor();
    expect(await chip().textContent()).toBe("待复核");
    await look_at(page, "desk-accepted");
  });

  it("lets another person approve, by the same way", async () => {
    await log_out();
    await page.locator(".devices li").first().waitFor();
    await log_in("review");
    await page.getByText(number).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await chip().waitFor();
    await page.keyboard.press("a");
    await tab_to(page, "dialog[open] select");
    await tab_to(page, "dialog[open] button[type=submit]");
    await page.keyboard.press("Enter");
    await agent.signs();
    await page.getByText("已办理：复核通过").waitFor();
    expect(await chip().textContent()).toBe("待制证");
  });

  it("has a production officer's page, the programmes with what is assumed, and the officers", async () => {
    await log_out();
    await log_in("production");
    await page.keyboard.press("P");
    await page.getByText(number).waitFor();
    await page.goto(`${office.desk}/production/${number}`);
    await page.getByText("yinxin-agent station key").waitFor();
    await look_at(page, "desk-production");
    await page.keyboard.press("M");
    await page.getByText("指南没有写算法").waitFor();
    await look_at(page, "desk-programmes");
    await fits(page);
    await page.goto(`${office.desk}/officers`);
    await page.getByRole("heading", { name: "本机UKey证书" }).waitFor();
    await look_at(page, "desk-officers");
    await page.goto(`${office.desk}/finance`);
    await page.getByText("您的角色不能查看").waitFor();
    await look_at(page, "desk-finance");
  });

  it("speaks English as completely", async () => {
    await page.goto(`${office.desk}/cases/${number}`);
    await page.getByRole("button", { name: "English" }).click();
    await page.getByText("What was declared").waitFor();
    await look_at(page, "desk-case-en");
  });
});
