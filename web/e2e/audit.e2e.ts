// Who audits the officers: sees what they did and which number of a person they had shown, that the record is what was
// written, and where it is not; and nothing else of the desk.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "./support/agent";
import { launch, open_page, picture } from "./support/browser";
import { Customer } from "./support/customer";
import { press } from "./support/keyboard";
import { look } from "./support/look";
import { type Office, start_office } from "./support/office";

let office: Office;
let agent: Agent;
let browser: Browser;
let page: Page;
let wrong: string[];
let number = "";

async function log_in(name: string, heading: string): Promise<void> {
  await press(page, page.locator(".devices li", { hasText: name }).getByRole("button"));
  await agent.types_pin();
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

beforeAll(async () => {
  office = await start_office();
  const [started, launched, customer] = await Promise.all([Agent.start(office), launch(), Customer.with_case(office, 72)]);
  [agent, browser, number] = [started, launched, customer.number];
  ({ page, wrong } = await open_page(browser, { width: 1440, height: 900 }, { baseURL: office.desk }));
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await picture(page, "failed-audit");
  }
});
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await office?.stop();
});

describe("the audit administrator", () => {
  const rows = () => page.locator("table.audit tbody tr");
  const chain = () => page.locator(".chain");
  const kinds = () => rows().evaluateAll((all) => all.map((row) => row.getAttribute("data-action")));

  it("is the only one who is offered the audit, and it is offered alone", async () => {
    await page.goto("/queue");
    await page.getByRole("button", { name: "开始登录" }).click();
    await page.getByText("请在客户端窗口中允许").waitFor();
    await agent.consents();
    await log_in("registration", "业务队列");
    expect(await page.getByRole("link", { name: "审计" }).count()).toBe(0);
    await page.goto(`/cases/${number}`);
    await press(page, page.getByRole("button", { name: "显示全部: 经办人 身份证号码" }));
    await page.getByText(/^\d{17}[\dX]$/).first().waitFor();
    await page.keyboard.press("c");
    await page.getByText("您正在办理").waitFor();
    await page.goto("/audit");
    await page.getByText("本页供审计管理员使用").waitFor();
    await look(page, "desk-audit-other");
    // More deeds than one page holds.
    await page.evaluate(async () => {
      for (let n = 0; n < 120; n += 1) {
        await fetch("/desk/v1/cases?limit=1");
      }
    });
    await press(page, page.getByRole("button", { name: "退出" }));
    await log_in("auditor", "审计");
    expect(await page.getByRole("link", { name: "业务队列" }).count()).toBe(0);
    await page.goto(`/cases/${number}`);
    await page.waitForURL(/\/audit/);
  });

  it("sees what was done, the newest first, and that the record is what was written", async () => {
    await rows().first().waitFor();
    expect((await kinds()).slice(0, 3)).toEqual(expect.arrayContaining(["audit.read"]));
    expect(await rows().count()).toBe(100);
    expect(await chain().getAttribute("data-holds")).toBe("true");
    await look(page, "desk-audit");
    await page.keyboard.press("o");
    await expect.poll(() => rows().count()).toBeGreaterThan(110);
    expect(await chain().getAttribute("data-holds")).toBe("true");
    const order = (await rows().locator("td:first-child").allInnerTexts()).map(Number);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(order).size).toBe(order.length);
    // By keyboard one goes on where the older ones begin.
    expect(await page.evaluate(() => document.activeElement?.querySelector("td")?.textContent)).toBe(String(order[100]));
  });

  it("finds who asked for a person's number, in words and without the number", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type(number);
    await page.getByLabel("操作").selectOption("case.personal.read");
    await press(page, page.getByRole("button", { name: "查询" }));
    await expect.poll(async () => new Set(await kinds())).toEqual(new Set(["case.personal.read"]));
    const told = await rows().first().innerText();
    expect(told).toContain("受理员");
    expect(told).toContain("查看个人信息");
    expect(told).toContain("经办人身份证号码");
    expect(await page.locator("main").innerText()).not.toMatch(/\d{17}[\dX]/);
    expect(await page.locator(`main a[href*="/cases/"]`).count()).toBe(0);
    await look(page, "desk-audit-personal");
    // Whom it names narrows the list to what this officer did with the case.
    await page.getByLabel("操作").selectOption("");
    await press(page, rows().first().getByRole("button", { name: /^只看人员/ }));
    await expect.poll(async () => (await kinds()).includes("case.claim")).toBe(true);
    expect(await kinds()).not.toContain("case.list");
    expect(await page.locator("table.audit").innerText()).not.toMatch(/[a-z]_[a-z]|[a-z]\.[a-z]/);
    await press(page, page.getByRole("button", { name: "English" }));
    await page.getByText("The chain of entries holds").waitFor();
    await look(page, "desk-audit-en");
    await press(page, page.getByRole("button", { name: "中文" }));
  });

  it("is told when an entry is not what was written", async () => {
    const file = join(office.folder, "data/audit/desk.log");
    const was = readFileSync(file, "utf8");
    const changed = was.replace("/requester_id_number", "/requester_mobile_no");
    expect(changed).not.toBe(was);
    const broken = was.split("\n").findIndex((line) => line.includes("/requester_id_number"));
    writeFileSync(file, changed);
    await press(page, page.getByRole("button", { name: "清除条件" }));
    const older = page.getByRole("button", { name: "更早的记录" });
    await expect.poll(async () => {
      if ((await older.count()) > 0 && (await older.isEnabled())) {
        await older.click();
      }
      return chain().getAttribute("data-holds");
    }).toBe("false");
    await page.getByText(`第 ${broken} 条：内容被改动`).waitFor();
    expect(await page.locator("tr.broken").innerText()).toContain(`⚠ ${broken}`);
    await look(page, "desk-audit-broken");
    expect(wrong).toEqual([]);
  });
});
