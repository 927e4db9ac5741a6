// One opening of the link by this phone. The phone's own word proves that it is the one that opened it first; it is kept
// by the browser, so that coming back from the provider's page is the same phone.
import { computed, ref } from "vue";
import { type Answer, answer_to } from "@/client/ask";
import { hall, type PhoneView, send_file } from "@/client/hall";
import type { Problem } from "@/client/problem";

export type Side = "portrait" | "emblem";
export type Step = "opening" | "confirm" | "not_me" | "portrait" | "emblem" | "check" | "notice" | "face" | "person" | "done" | "stopped";

export const token_of = (path: string): string => /\/p\/([0-9a-f]{36})(?:\/|$)/.exec(path)?.[1] ?? "";

function kept_word(key: string, make: () => string): string {
  try {
    const known = window.localStorage.getItem(key);
    if (known) {
      return known;
    }
    const made = make();
    window.localStorage.setItem(key, made);
    return made;
  } catch {
    return make();
  }
}
function random_word(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
const begun_face = (token: string): string => `yinxin.face.${token}`;

/** The step after `view`, for a person who has confirmed already. */
export function step_after(view: PhoneView): Step {
  if (view.is_done) {
    return "done";
  }
  if (view.identity.state === "manual") {
    return "person";
  }
  return !view.identity.has_portrait_side ? "portrait" : !view.identity.has_emblem_side ? "emblem" : "check";
}

export function use_visit(token: string) {
  const device = kept_word("yinxin.device", random_word);
  const view = ref<PhoneView | null>(null);
  const step = ref<Step>("opening");
  const problem = ref<Problem | null>(null);
  const share = ref(-1);
  const is_busy = ref(false);
  const at = { params: { path: { token }, header: { "X-Yinxin-Device": device } } };
  const is_over = computed(() => problem.value !== null && (problem.value.status === 410 || problem.value.reason.startsWith("link.")));

  function take(told: Answer<PhoneView>): boolean {
    if (told.ok) {
      view.value = told.value;
      problem.value = null;
      return true;
    }
    problem.value = told.problem;
    if (is_over.value) {
      step.value = "stopped";
    }
    return false;
  }
  async function once<T>(deed: () => Promise<T>): Promise<T | undefined> {
    if (is_busy.value) {
      return undefined;
    }
    is_busy.value = true;
    try {
      return await deed();
    } finally {
      is_busy.value = false;
    }
  }
  async function open(): Promise<void> {
    if (!take(await answer_to(hall.POST("/api/v1/phone/{token}/visit", at)))) {
      step.value = "stopped";
      return;
    }
    const was_away = sessionStorage.getItem(begun_face(token)) !== null;
    if (view.value && was_away && !view.value.is_done) {
      step.value = "face";
      await ask_result(true);
      return;
    }
    step.value = view.value && (view.value.is_done || view.value.identity.state === "manual") ? step_after(view.value) : "confirm";
  }
  function confirmed(is_me: boolean): void {
    step.value = is_me && view.value ? step_after(view.value) : "not_me";
  }
  async function send_card(side: Side, picture: Blob): Promise<void> {
    await once(async () => {
      share.value = 0;
      const sent = await send_file(`/api/v1/phone/${token}/card/${side}`, picture, { "X-Yinxin-Device": device }, (part) => (share.value = part));
      share.value = -1;
      const is_taken = take(sent.ok ? { ok: true, value: sent.value as PhoneView } : sent);
      if (is_taken && view.value && !view.value.identity.reason) {
        step.value = step_after(view.value);
      }
    });
  }
  async function begin_face(): Promise<void> {
    await once(async () => {
      const body = { consent: true, device_info: JSON.stringify({ agent: navigator.userAgent.slice(0, 120) }) };
      const told = await answer_to(hall.POST("/api/v1/phone/{token}/face", { ...at, body }));
      if (!told.ok) {
        problem.value = told.problem;
        step.value = told.problem.reason.startsWith("link.") ? "stopped" : "face";
        return;
      }
      sessionStorage.setItem(begun_face(token), "1");
      window.location.assign(told.value.url);
    });
  }
  async function ask_result(left: boolean): Promise<void> {
    await once(async () => {
      const is_told = take(await answer_to(hall.POST("/api/v1/phone/{token}/face/result", { ...at, body: { left } })));
      if (is_told && view.value) {
        sessionStorage.removeItem(begun_face(token));
        step.value = view.value.is_done ? "done" : "face";
      }
    });
  }
  async function ask_for_person(): Promise<void> {
    await once(async () => {
      if (take(await answer_to(hall.POST("/api/v1/phone/{token}/by-person", at)))) {
        step.value = "person";
      }
    });
  }
  return { view, step, problem, share, is_busy, open, confirmed, send_card, begin_face, ask_result, ask_for_person };
}
