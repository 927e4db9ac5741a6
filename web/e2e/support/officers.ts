// Officers at one desk with a mouse, one after the other: who logs in by the UKey, and signs in the agent's window.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Agent } from "./agent";

export class Officers {
  private is_allowed = false;
  constructor(readonly page: Page, private readonly agent: Agent) {}

  async log_in(name: string): Promise<void> {
    if (this.is_allowed) {
      await this.press("退出");
    } else {
      await this.page.goto("/login");
      await this.press("开始登录");
      await this.agent.consents();
      this.is_allowed = true;
    }
    await this.page.locator(".devices li", { hasText: name }).getByRole("button").click();
    await this.agent.types_pin();
    await this.page.waitForURL((url) => url.pathname !== "/login");
  }
  /** Out of the queue, where it has to be by then. */
  async open(number: string): Promise<void> {
    await expect.poll(async () => {
      await this.page.goto("/queue");
      await this.page.getByRole("heading", { level: 1 }).waitFor();
      return this.page.getByRole("link", { name: number }).count();
    }, { timeout: 30_000 }).toBe(1);
    await this.page.getByRole("link", { name: number }).click();
    await this.page.locator("h1 .chip").waitFor();
  }
  async does(deed: string, button = deed): Promise<void> {
    await this.press(button);
    await this.page.getByText(`已办理：${deed}`).waitFor();
  }
  /** What the agent's window has shown. */
  async signs(deed: string): Promise<string> {
    await this.press(deed);
    await this.page.locator("dialog[open] button[type=submit]").click();
    const shown = await this.agent.signs();
    await this.page.getByText(`已办理：${deed}`).waitFor();
    return shown;
  }
  async stands_at(state: string): Promise<void> {
    await expect.poll(() => this.page.locator("h1 .chip").textContent()).toBe(state);
  }
  async press(button: string): Promise<void> {
    // A key stands behind the words of some.
    await this.page.getByRole("button", { name: new RegExp(`^${button}`) }).click();
  }
}
