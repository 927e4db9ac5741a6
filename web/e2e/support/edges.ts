// The picture of an edge for whoever judges its words, and what every page owes a person who is stuck.
import type { Page } from "playwright-core";
import { look_at } from "./look";

export const look = (page: Page, name: string): Promise<void> => look_at(page, `edge-${name}`);
