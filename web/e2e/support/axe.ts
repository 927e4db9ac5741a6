import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

interface Found {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: { readonly html: string; readonly failureSummary?: string }[];
}

/** No violation of level serious or critical, after WCAG 2.1 A and AA. The engine is put in by the debugger: the page's own
    policy lets no script of others in. */
export async function expect_accessible(page: Page, screen: string): Promise<void> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] }).then((told) => told.violations)`,
  )) as Found[];
  const grave = found
    .filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => `${each.id}: ${each.nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join(" | ")}`);
  expect(grave, screen).toEqual([]);
}

/** Nothing reaches out of the window sideways. */
export async function expect_narrow(page: Page, screen: string): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${screen} is wider than its window`).toBeLessThanOrEqual(0);
}
