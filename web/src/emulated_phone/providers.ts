// What the phone asks its own server: the emulated providers, each behind /phone/v1/{provider}/…
import { onMounted, onUnmounted, ref, type Ref } from "vue";
import type { Answer } from "@/client/ask";
import { type Problem, problem_of, unreachable } from "@/client/problem";

export interface Message {
  readonly biz_id: string;
  readonly mobile: string;
  readonly text: string;
  readonly sent_at: string;
  readonly parameters: Readonly<Record<string, string>>;
}
export interface Subscriber {
  readonly name: string;
  readonly resident_id: string;
  readonly mobile: string;
}
export interface Accounts {
  readonly own: string;
  readonly others: readonly { readonly number: string; readonly name: string }[];
}
export interface Deposit {
  readonly id: string;
  readonly account_name: string;
  readonly account_number: string;
  readonly fen: number;
  readonly remark: string;
  readonly paid_at: string;
  readonly standing: "under_way" | "settled" | "returned";
  readonly reason: string;
}
export interface Booking {
  readonly id: string;
  readonly date: string;
  readonly time: string;
  readonly side: "credit" | "debit";
  readonly fen: number;
  readonly other_name: string;
  readonly other_account: string;
  readonly remark: string;
}

async function send<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<Answer<T>> {
  try {
    const response = await fetch(`/phone/v1/${path}`, { credentials: "same-origin", ...init });
    if (response.ok) {
      return { ok: true, value: await read(response) };
    }
    return { ok: false, problem: problem_of(response.status, await response.json().catch(() => undefined)) };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

export async function ask<T>(path: string): Promise<Answer<T>> {
  return send<T>(path, {}, async (response) => (await response.json()) as T);
}

export async function tell(path: string, said: object = {}): Promise<Answer<undefined>> {
  const headers = { "Content-Type": "application/json", "X-Yinxin-Page": "1" };
  return send<undefined>(path, { method: "POST", headers, body: JSON.stringify(said) }, async () => undefined);
}

/** Sends a file; what comes back is a file too, or nothing that matters. */
export async function hand_in(path: string, file: Blob): Promise<Answer<{ file: Blob; pages: number }>> {
  const headers = { "Content-Type": "application/octet-stream", "X-Yinxin-Page": "1" };
  return send(path, { method: "POST", headers, body: file }, async (response) => ({
    file: await response.blob(),
    pages: Number(response.headers.get("X-Pages") ?? 1),
  }));
}

const pace_ms = 1500;

/** What `load` says, now and then again, as long as the component is there and somebody can see it. */
export function use_polled<T>(load: () => Promise<Answer<T>>, first: T): { value: Ref<T>; problem: Ref<Problem | undefined>; reload: () => Promise<void> } {
  const value = ref(first) as Ref<T>;
  const problem = ref<Problem>();
  const reload = async (): Promise<void> => {
    const answer = await load();
    problem.value = answer.ok ? undefined : answer.problem;
    if (answer.ok) {
      value.value = answer.value;
    }
  };
  const timer = window.setInterval(() => {
    if (document.visibilityState === "visible") {
      void reload();
    }
  }, pace_ms);
  onMounted(reload);
  onUnmounted(() => window.clearInterval(timer));
  return { value, problem, reload };
}
