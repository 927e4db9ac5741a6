// How a page asks its own server: JSON in and out, the mark that no other origin can set, problems as values.
import createClient, { type Client } from "openapi-fetch";
import { type Problem, problem_of, unreachable } from "./problem";

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Of the page's own origin; `marks` are headers that every request carries. */
export function client_of<Paths extends object>(marks: Record<string, string> = {}): Client<Paths> {
  return createClient<Paths>({
    baseUrl: window.location.origin,
    credentials: "same-origin",
    headers: { "X-Yinxin-Page": "1", ...marks },
  });
}

/** What was asked for, or why not. */
export async function answer_to<T>(
  asked: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
): Promise<Answer<T>> {
  try {
    const { data, error, response } = await asked;
    if (response.ok) {
      return { ok: true, value: data as T };
    }
    return { ok: false, problem: problem_of(response.status, error) };
  } catch {
    return { ok: false, problem: unreachable };
  }
}
