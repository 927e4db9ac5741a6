// What a page costs whoever opens it for the first time.
import type { Browser } from "playwright-core";
import { open_page } from "./browser";

export interface Weight {
  readonly scripts: number;
  readonly packed_bytes: number; // as they came over the line, with their heads
  readonly plain_bytes: number;
}
/** Of the scripts that a browser without a cache fetches until the page has nothing more to ask. */
export async function weigh(browser: Browser, url: string): Promise<Weight> {
  const { context, page } = await open_page(browser);
  const network = await context.newCDPSession(page);
  const scripts = new Set<string>();
  let packed_bytes = 0;
  let plain_bytes = 0;
  network.on("Network.responseReceived", (told) => {
    if (told.type === "Script") {
      scripts.add(told.requestId);
    }
  });
  network.on("Network.dataReceived", (told) => {
    plain_bytes += scripts.has(told.requestId) ? told.dataLength : 0;
  });
  network.on("Network.loadingFinished", (told) => {
    packed_bytes += scripts.has(told.requestId) ? told.encodedDataLength : 0;
  });
  await network.send("Network.enable");
  await page.goto(url, { waitUntil: "networkidle" });
  await context.close();
  return { scripts: scripts.size, packed_bytes, plain_bytes };
}
