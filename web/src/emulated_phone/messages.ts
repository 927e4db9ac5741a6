// An inbox as a phone shows it.
import type { Message } from "./providers";

/** Of the numbers that begin so, the newest first. */
export function inbox(messages: readonly Message[], mobile: string): Message[] {
  return messages.filter((each) => each.mobile.startsWith(mobile.trim())).reverse();
}
/** Who got something, the last one first. */
export function numbers(messages: readonly Message[]): string[] {
  return [...new Set(messages.map((each) => each.mobile).reverse())];
}
