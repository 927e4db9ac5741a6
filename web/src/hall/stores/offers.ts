// Programmes, each fetched once while the page lives.
import { defineStore } from "pinia";
import { type Answer, answer_to } from "@/client/ask";
import { type Case, hall, type Offer, type ProjectSummary } from "@/client/hall";

export const use_offers = defineStore("offers", () => {
  const fetched = new Map<string, Offer>();

  async function of(project: string): Promise<Answer<Offer>> {
    const known = fetched.get(project);
    if (known) {
      return { ok: true, value: known };
    }
    const told = await answer_to(hall.GET("/api/v1/projects/{project}", { params: { path: { project } } }));
    if (told.ok) {
      fetched.set(project, told.value);
    }
    return told;
  }
  /** The version that the case was made under: a newer one may be on offer by now, or none. */
  async function of_case(the_case: Pick<Case, "id" | "programme">): Promise<Answer<Offer>> {
    const key = `${the_case.programme.code}/${the_case.programme.version}`;
    const known = fetched.get(key);
    if (known) {
      return { ok: true, value: known };
    }
    const told = await answer_to(hall.GET("/api/v1/cases/{case}/offer", { params: { path: { case: the_case.id } } }));
    if (told.ok) {
      fetched.set(key, told.value);
    }
    return told;
  }
  /** What was fetched of this project is asked for again. */
  const forget = (project: string): boolean => fetched.delete(project);
  async function list(): Promise<Answer<ProjectSummary[]>> {
    const told = await answer_to(hall.GET("/api/v1/projects"));
    return told.ok ? { ok: true, value: told.value.projects } : told;
  }
  return { of, of_case, forget, list };
});
