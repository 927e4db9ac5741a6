// What the wizard reads of a programme's data and of a case; no page knows any programme.
import type { Case, Closing, EntryField, Material, Offer, Programme } from "@/client/hall";

export const business = "new";
export const channel = "online";

const has = (list: readonly string[] | undefined, word: string): boolean => list?.includes(word) ?? false;

export function years_of(programme: Programme): readonly number[] {
  const { years } = programme;
  return years === undefined ? [] : Array.isArray(years) ? years : years.values;
}

/** The papers that are to be uploaded, by the case's choices. */
export function slots_of(programme: Programme, the_case: Pick<Case, "wants_seal" | "answers">): Material[] {
  const same_person = the_case.answers["requester_id_number"] === the_case.answers["legal_id_number"];
  const holds: Record<string, boolean> = {
    seal: the_case.wants_seal,
    requester_is_not_legal_representative: !same_person,
  };
  return programme.materials.filter(
    (material) =>
      has(material.business, business) &&
      has(material.channels, channel) &&
      (material.if ?? []).every((condition) => holds[condition] ?? false),
  );
}

export const is_impression = (programme: Programme, slot: Material): boolean =>
  slot.form !== undefined && slot.form === programme.seal?.impression_form;
export const is_application_form = (programme: Programme, slot: Material): boolean =>
  slot.form !== undefined && !is_impression(programme, slot);

export function ways_of(programme: Programme): readonly string[] {
  const rule = programme.payment.find((each) => has(each.business, business) && has(each.channels, channel));
  return rule?.ways ?? [];
}

export const asks_account = (programme: Programme, way: string): boolean => has(programme.micro_deposit?.ways, way);

/** What the unit's finance department is to look for in the deposit's remark; "" where no deposit of a known sum comes. */
export function remark_of(programme: Programme): "secret" | "code" | "" {
  const deposit = programme.micro_deposit;
  const remarks: Record<string, "secret" | "code"> = { secret_in_remark: "secret", code_in_remark: "code" };
  return deposit?.amount_fen ? (remarks[deposit.dialect ?? ""] ?? "") : "";
}

/** The last day on which a draft of a closed programme may be finished, "2026-12-04"; "" where there is none. */
export function finish_day(closing: Closing): string {
  const day = new Date(`${closing.from}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + (closing.finish_days ?? 0));
  return closing.finish_days ? day.toISOString().slice(0, 10) : "";
}

export interface Block {
  readonly name: string;
  readonly fields: readonly EntryField[];
}
/** The entry's questions, in blocks, in the order of the data; the account has a page of its own. */
export function blocks_of(programme: Programme): Block[] {
  const blocks: { name: string; fields: EntryField[] }[] = [];
  for (const field of programme.fields.filter((each) => each.block !== "account")) {
    const last = blocks.find((block) => block.name === field.block);
    if (last) {
      last.fields.push(field);
    } else {
      blocks.push({ name: field.block, fields: [field] });
    }
  }
  return blocks;
}
export const account_fields = (programme: Programme): EntryField[] =>
  programme.fields.filter((field) => field.block === "account");

export function unit_price_fen(programme: Programme): number {
  const rows = programme.fees?.rows ?? [];
  return rows.find((row) => row.item === "certificate" && has(row.business, business))?.fen ?? 0;
}

/** Documents by their tick, the ticks in order. */
export function ticks_of(offer: Offer): { tick: number; documents: Offer["documents"] }[] {
  const numbers = [...new Set(offer.documents.map((each) => each.tick))].sort((a, b) => a - b);
  return numbers.map((tick) => ({ tick, documents: offer.documents.filter((each) => each.tick === tick) }));
}

export function lacks_consent(offer: Offer, the_case: Pick<Case, "consents">): boolean {
  return offer.documents.some((each) => !the_case.consents.some((given) => given.document === each.document));
}

/** Where somebody goes on with this case. */
export function next_place(the_case: Case): string {
  const base = `/apply/${the_case.id}`;
  switch (the_case.state.code) {
    case "draft":
      if (the_case.consents.length === 0) {
        return `/apply/agreement?projectId=${the_case.project_id}&case=${the_case.id}`;
      }
      return `${base}/${the_case.form?.is_current && the_case.form.printed_at ? "materials" : "info"}`;
    case "proving_identity":
      return `${base}/identity`;
    case "awaiting_payment":
    case "awaiting_funds":
      return `${base}/pay`;
    case "returned":
      return `${base}/info?reopened=1`;
    default:
      return `/me/cases/${the_case.id}`;
  }
}
