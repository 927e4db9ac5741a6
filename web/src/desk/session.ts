// Whose session it is. The cookie is the server's and no script reads it: we ask.
import { reactive } from "vue";
import { answer_to } from "@/client/ask";
import { agent } from "./agent";
import { desk, type ListedOfficer, type Officer, type Programme } from "./client";
import type { Problem } from "@/client/problem";

// Outlives a page that is loaded again; whose UKey it is, no serial number says.
const device_key = "yinxin.desk.device";

export const session = reactive({
  officer: null as Officer | null,
  is_asked: false,
  device: window.localStorage.getItem(device_key) ?? "", // serial of the UKey that logged in
  programmes: [] as readonly Programme[],
  roster: [] as readonly ListedOfficer[],
});

/** Once for each load of the page. */
export async function find_session(): Promise<void> {
  if (!session.is_asked) {
    const me = await answer_to<Officer>(desk.GET("/desk/v1/me"));
    session.officer = me.ok ? me.value : null;
    session.is_asked = true;
  }
}

export async function log_in(device: string): Promise<Problem | null> {
  const challenge = await answer_to(desk.POST("/desk/v1/challenge", { body: {} }));
  if (!challenge.ok) {
    return challenge.problem;
  }
  const signed = await agent.login(device, challenge.value);
  if (!signed.ok) {
    return signed.problem;
  }
  const opened = await answer_to<Officer>(desk.POST("/desk/v1/login", { body: signed.value }));
  if (!opened.ok) {
    return opened.problem;
  }
  session.officer = opened.value;
  session.is_asked = true;
  session.device = device;
  window.localStorage.setItem(device_key, device);
  return null;
}

export async function log_out(): Promise<void> {
  await answer_to(desk.DELETE("/desk/v1/login"));
  session.officer = null;
}

/** What slots and fields are called, from the programmes themselves. */
export async function find_programmes(): Promise<readonly Programme[]> {
  if (session.programmes.length === 0) {
    const told = await answer_to<{ programmes: Programme[] }>(desk.GET("/desk/v1/programmes"));
    session.programmes = told.ok ? told.value.programmes : [];
  }
  return session.programmes;
}

/** Who works here. Names help people to read; what counts are the persons' ids. */
export async function find_roster(): Promise<readonly ListedOfficer[]> {
  if (session.roster.length === 0) {
    const told = await answer_to(desk.GET("/desk/v1/officers"));
    session.roster = told.ok ? told.value.officers : [];
  }
  return session.roster;
}

const digits_shown = 8; // that tell officers apart

/** "张三 83f718c5", or the digits alone for somebody who is not on the roster. */
export function person_text(person: string): string {
  const name = session.roster.find((each) => each.person === person)?.name ?? "";
  return `${name} ${person.slice(0, digits_shown)}`.trim();
}
