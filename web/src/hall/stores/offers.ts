// Programmes, each fetched once while the page lives.
import { defineStore } from "pinia";
import { type Answer, answer_to } from "@/client/ask";
import { hall, type Offer, type ProjectSummary } from "@/client/hall";

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
  async function list(): Promise<Answer<ProjectSummary[]>> {
    const told = await answer_to(hall.GET("/api/v1/projects"));
    return told.ok ? { ok: true, value: told.value.projects } : told;
  }
  return { of, list };
});
