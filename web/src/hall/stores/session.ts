// Who is signed in. `is_lost`: the server forgot the session while a page was in use; the page stays, and asks to sign in.
import { defineStore } from "pinia";
import { ref } from "vue";
import { answer_to } from "@/client/ask";
import { hall, type Session } from "@/client/hall";
import type { Problem } from "@/client/problem";

export const use_session = defineStore("session", () => {
  const me = ref<Session | null>(null); // another one after each login: pages read again what they could not get
  const is_known = ref(false);
  const is_lost = ref(false);

  async function look(): Promise<boolean> {
    const told = await answer_to(hall.GET("/api/v1/me"));
    me.value = told.ok ? told.value : null;
    is_known.value = true;
    return told.ok;
  }
  async function ensure_known(): Promise<boolean> {
    return is_known.value ? me.value !== null : look();
  }
  async function sign_in(mobile: string, challenge: string, code: string, project_id: string): Promise<Problem | null> {
    const told = await answer_to(hall.POST("/api/v1/login", { body: { mobile, challenge, code, project_id } }));
    if (!told.ok) {
      return told.problem;
    }
    await look();
    is_lost.value = false;
    return null;
  }
  async function sign_out(): Promise<void> {
    await answer_to(hall.DELETE("/api/v1/login"));
    me.value = null;
  }
  /** Whether that problem is only that nobody is signed in; then the page asks for it. */
  function is_signed_out(problem: Problem): boolean {
    if (problem.status !== 401) {
      return false;
    }
    is_lost.value = true;
    return true;
  }
  return { me, is_known, is_lost, look, ensure_known, sign_in, sign_out, is_signed_out };
});
