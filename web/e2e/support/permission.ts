// What a browser's user has answered when it asked whether a page may reach the machine it runs on.
import type { Browser, CDPSession, Page } from "playwright-core";

// An answer is its session's, and another session does not take it back.
const sessions = new WeakMap<Browser, CDPSession>();

/** Both names under which browsers have known it. */
export const network_permissions = ["loopback-network", "local-network-access"] as const;

/** How this browser stands to it: "none" where it has no such permission at all. */
export async function network_permission(page: Page): Promise<"none" | PermissionState> {
  return page.evaluate(async (names) => {
    for (const name of names) {
      try {
        return (await navigator.permissions.query({ name: name as PermissionName })).state;
      } catch {
        continue;
      }
    }
    return "none";
  }, network_permissions);
}
export async function answer_permission(browser: Browser, page: Page, setting: "granted" | "denied"): Promise<void> {
  const { targetInfo } = await (await page.context().newCDPSession(page)).send("Target.getTargetInfo");
  const devtools = sessions.get(browser) ?? (await browser.newBrowserCDPSession());
  sessions.set(browser, devtools);
  for (const name of network_permissions) {
    await devtools
      .send("Browser.setPermission", { permission: { name }, setting, origin: new URL(page.url()).origin, ...(targetInfo.browserContextId ? { browserContextId: targetInfo.browserContextId } : {}) })
      .catch((error: Error) => {
        // A name of another age of browsers; any other failure is one.
        if (!/Unknown permission/i.test(error.message)) {
          throw error;
        }
      });
  }
}
