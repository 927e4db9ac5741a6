// The case that the wizard works on. Every answer is saved when its field is left; a save that comes too late because
// another page was faster is refused by the server, and said here instead of being repeated.
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { type Answer, answer_to } from "@/client/ask";
import { type Case, type CaseNews, hall, type Offer } from "@/client/hall";
import type { FieldProblem, Problem } from "@/client/problem";
import { use_offers } from "./offers";
import { use_session } from "./session";

export type Saving = "idle" | "saving" | "saved" | "failed";

export const use_draft = defineStore("draft", () => {
  const session = use_session();
  const the_case = ref<Case | null>(null);
  const offer = ref<Offer | null>(null);
  const typed = ref<Record<string, string>>({});
  const problems = ref<Record<string, FieldProblem>>({});
  const failure = ref<Problem | null>(null);
  const saving = ref<Saving>("idle");
  const is_stale = ref(false); // changed elsewhere
  const wanted = ref(""); // the case that is to be read, known by now or not
  let stream: EventSource | null = null;
  let is_followed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const id = computed(() => the_case.value?.id ?? "");
  const programme = computed(() => offer.value?.programme ?? null);

  function take(fresh: Case): void {
    the_case.value = fresh;
  }
  function note(told: readonly FieldProblem[], about?: readonly string[]): void {
    const kept = about ? Object.values(problems.value).filter((each) => !about.includes(each.field)) : [];
    problems.value = Object.fromEntries([...kept, ...told].map((each) => [each.field, each]));
  }
  function fail(problem: Problem): void {
    if (session.is_signed_out(problem)) {
      return;
    }
    if (problem.status === 409 && problem.reason === "case.changed_elsewhere") {
      is_stale.value = true;
    }
    if (problem.reason.startsWith("offer.")) {
      void catch_up(); // what it is changed to is told there
    }
    failure.value = problem;
  }

  /** Reads the case and its programme; what is typed but not saved stays. */
  async function load(case_id: string): Promise<boolean> {
    if (id.value !== case_id) {
      forget();
    }
    wanted.value = case_id;
    const told = await answer_to(hall.GET("/api/v1/cases/{case}", { params: { path: { case: case_id } } }));
    if (!told.ok) {
      fail(told.problem);
      return false;
    }
    const offered = await use_offers().of_case(told.value);
    if (offered.ok) {
      offer.value = offered.value;
    } else {
      fail(offered.problem);
    }
    take(told.value);
    const asked = offered.ok ? Object.fromEntries(offered.value.programme.fields.map((field) => [field.name, ""])) : {};
    typed.value = { ...asked, ...told.value.answers, ...typed.value };
    is_stale.value = false;
    if (is_followed && stream === null) {
      follow(); // it had ended with the session
    }
    return offered.ok;
  }
  /** Takes what stands on the server in place of what was typed here. */
  async function reload(): Promise<boolean> {
    typed.value = {};
    problems.value = {};
    failure.value = null;
    return id.value !== "" && load(id.value);
  }

  /** A step that was refused may have changed the case all the same (tries are counted): the next save needs its version. */
  async function catch_up(): Promise<void> {
    const told = await answer_to(hall.GET("/api/v1/cases/{case}", { params: { path: { case: id.value } } }));
    if (told.ok) {
      take(told.value);
    }
  }
  async function change(ask: () => Promise<Answer<Case>>, about?: readonly string[]): Promise<boolean> {
    failure.value = null;
    const told = await ask();
    if (told.ok) {
      take(told.value);
      note(told.value.problems, about);
      return true;
    }
    if (told.problem.problems.length > 0) {
      note(told.problem.problems, about);
      await catch_up();
    } else {
      fail(told.problem);
    }
    return false;
  }

  async function save_now(fields: readonly string[], wants_seal?: boolean): Promise<boolean> {
    const now = the_case.value;
    if (!now) {
      return false;
    }
    const answers: Record<string, string> = {};
    for (const field of fields) {
      const value = typed.value[field] ?? "";
      if (value !== (now.answers[field] ?? "") || problems.value[field]) {
        answers[field] = value;
      }
    }
    if (Object.keys(answers).length === 0 && wants_seal === undefined) {
      return true;
    }
    saving.value = "saving";
    const sent = { ...answers };
    const body = { version: now.version, answers, ...(wants_seal === undefined ? {} : { wants_seal }) };
    const is_saved = await change(
      () => answer_to(hall.PATCH("/api/v1/cases/{case}", { params: { path: { case: now.id } }, body })),
      Object.keys(answers),
    );
    saving.value = is_saved ? "saved" : "failed";
    if (is_saved) {
      // The form that the house keeps ("（）", upper case …) shows, unless the person typed on meanwhile.
      for (const [field, value] of Object.entries(sent)) {
        if (typed.value[field] === value && !problems.value[field]) {
          typed.value[field] = the_case.value?.answers[field] ?? value;
        }
      }
    }
    return is_saved;
  }
  /** One after the other: the next save needs the version that the one before made. */
  function save(fields: readonly string[], wants_seal?: boolean): Promise<boolean> {
    const mine = queue.then(() => save_now(fields, wants_seal));
    queue = mine.catch(() => false);
    return mine;
  }

  function hear(news: CaseNews): void {
    const now = the_case.value;
    if (now && news.version >= now.version) {
      const { version, state, identity, orders, deposits, reopened } = news;
      the_case.value = { ...now, version, state, identity, orders, deposits, reopened };
      if (deposits.at(-1)?.state === "returned") {
        void catch_up(); // whether there is another way by now stands in the case alone
      }
    }
  }
  /** The server tells what happens to the case until leave(). */
  function follow(): void {
    close_stream();
    if (id.value === "") {
      return;
    }
    is_followed = true;
    stream = new EventSource(`/api/v1/cases/${id.value}/events`);
    stream.addEventListener("case", (event) => hear(JSON.parse((event as MessageEvent<string>).data) as CaseNews));
    stream.addEventListener("end", (event) => {
      close_stream();
      const { reason } = JSON.parse((event as MessageEvent<string>).data) as { reason: string };
      if (reason === "session") {
        session.is_lost = true;
      } else if (reason === "life") {
        follow();
      }
    });
  }
  function close_stream(): void {
    stream?.close();
    stream = null;
  }
  function leave(): void {
    is_followed = false;
    close_stream();
  }
  function forget(): void {
    leave();
    wanted.value = "";
    the_case.value = null;
    offer.value = null;
    typed.value = {};
    problems.value = {};
    failure.value = null;
    saving.value = "idle";
    is_stale.value = false;
  }

  return {
    the_case, offer, programme, typed, problems, failure, saving, is_stale, id, wanted,
    load, reload, save, change, note, fail, follow, leave, forget, take, hear,
  };
});
