// The agent on loopback, a browser that asks its user before a page may reach it, and pages of strangers.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Agent } from "./support/agent";
import { launch, open_page, picture } from "./support/browser";
import { look } from "./support/look";
import { type Office, start_office } from "./support/office";
import { answer_permission, network_permission } from "./support/permission";
import { start_stranger, type Stranger, try_doors } from "./support/stranger";

const agent_origin = "http://127.0.0.1:21051";
let office: Office;
let agent: Agent;
let stranger: Stranger;
let browser: Browser;
let page: Page;

/** The desk as if it stood elsewhere: pages of this machine itself are asked nothing. */
async function open_desk(): Promise<void> {
  ({ page } = await open_page(browser, undefined, { baseURL: office.desk }));
  await page.goto("/login");
  await page.getByRole("button", { name: "开始登录" }).waitFor();
}
/** All that the agent has kept of answers. */
function consents(): string {
  const folder = join(office.folder, "consents");
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n") : "";
}

beforeAll(async () => {
  [office, stranger] = await Promise.all([start_office(), start_stranger()]);
  const desk = new URL(office.desk).host;
  [agent, browser] = await Promise.all([
    Agent.start(office),
    launch([`--ip-address-space-overrides=${desk}=public`, "--host-resolver-rules=MAP stranger.example 127.0.0.1"]),
  ]);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail" && page) {
    await picture(page, "failed-agent");
  }
});
afterAll(async () => {
  await browser?.close();
  await agent?.stop();
  await stranger?.stop();
  await office?.stop();
});

describe("a page of a stranger", () => {
  it("reads nothing at any door of the agent, and nobody is asked anything", async () => {
    ({ page } = await open_page(browser));
    await page.goto(`http://stranger.example:${stranger.port}/`);
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    let refusals = 0;
    // Also of answers that the browser keeps from the page.
    network.on("Network.responseReceivedExtraInfo", (told) => (refusals += told.statusCode === 403 ? 1 : 0));
    for (const address of [agent_origin, "http://localhost:21051", "http://stranger.example:21051"]) {
      const read = await try_doors(page, address);
      expect(Object.keys(read).length).toBe(46);
      expect(Object.entries(read).filter(([, text]) => text !== ""), address).toEqual([]);
    }
    // It was the agent that refused, not the browser.
    expect(refusals).toBeGreaterThan(60);
    expect(agent.unread).toBe("");
    expect(consents()).not.toContain("stranger");
  });

  it("is told nothing by a name that leads to the agent, though it is the same origin then", async () => {
    const answered = await page.goto("http://stranger.example:21051/agent/v1/devices");
    expect(answered?.status()).toBe(403);
    expect(await page.content()).not.toContain("OFFICER");
    const read = await try_doors(page, "http://stranger.example:21051");
    for (const [door, text] of Object.entries(read).filter(([, told]) => told !== "")) {
      expect(text, door).not.toMatch(/OFFICER|granted|"consent"|version/);
    }
    expect(agent.unread).toBe("");
    await page.context().close();
  });
});

describe("the desk's page, where the browser asks before a page may reach this machine", () => {
  it("says what to do when the user has forbidden it", async () => {
    await open_desk();
    const before = await network_permission(page);
    await answer_permission(browser, page, "denied");
    await page.getByRole("button", { name: "开始登录" }).click();
    if (before === "none") {
      // A browser that never asks: nothing stands between page and agent.
      await agent.consents();
      await page.locator(".devices li").first().waitFor();
      return;
    }
    await page.getByText("浏览器禁止了本页访问本机").waitFor();
    expect(await page.locator(".devices li").count()).toBe(0);
    expect(agent.unread).toBe("");
    await look(page, "desk-login-barred");
  });

  it("goes on from there when it is allowed, and the agent asks for itself", async () => {
    await answer_permission(browser, page, "granted");
    expect(["granted", "none"]).toContain(await network_permission(page));
    await page.getByRole("button", { name: "重新检测" }).click();
    const asked = await agent.consents();
    expect(asked).toContain(office.desk);
    expect(asked).not.toContain("stranger");
    await page.locator(".devices li").first().waitFor();
    expect(await page.getByText("OFFICER-1", { exact: true }).count()).toBe(1);
    expect(consents()).toContain(office.desk);
    expect(consents()).not.toContain("stranger");
  });

  it("has a stranger's page read no more after that", async () => {
    ({ page } = await open_page(browser));
    await page.goto(`http://stranger.example:${stranger.port}/`);
    const read = await try_doors(page, agent_origin);
    expect(Object.entries(read).filter(([, text]) => text !== "")).toEqual([]);
    expect(agent.unread).toBe("");
  });
});
