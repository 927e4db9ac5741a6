// An entry of the audit in words; what has none stands as the house wrote it.
import { useI18n } from "vue-i18n";
import { about, field_of } from "./audit";
import type { AuditEntry } from "./client";
import { session } from "./session";

const print_shown = 8; // digits that tell certificates and officers apart

export function use_audit_words() {
  const { t, te } = useI18n();
  const first_of = (keys: readonly string[], otherwise: string): string => {
    const key = keys.find((each) => te(each));
    return key === undefined ? otherwise : t(key);
  };
  const deed_word = (action: string): string =>
    first_of([`desk.audit.do.${action.replaceAll(".", "_")}`, `desk.event.${action.replace(/^case\./, "")}`], action);
  const role_word = (role: string): string => first_of(["role", "turn", "audit.part"].map((group) => `desk.${group}.${role}`), role);
  const finding_word = (id: string): string => t(`desk.audit.finding.${id.replaceAll(".", "_")}`);

  function asked_word(part: string): string {
    const [name = "", value = ""] = part.split("=");
    const known: Record<string, string> = { case: value, officer: value.slice(0, print_shown), action: deed_word(value), before: value };
    return `${first_of([`desk.audit.${name}`], name)} ${known[name] ?? value}`;
  }
  /** A revision, a field or a paper of the case. */
  function rest_word(rest: string): string {
    if (/^\d+$/.test(rest)) {
      return t("desk.case.revision", { n: rest });
    }
    const { line, field } = field_of(rest);
    const title = session.programmes.flatMap((each) => each.materials).find((each) => each.slot === field)?.title ?? field;
    const word = first_of([`desk.audit.field.${field}`, `desk.pane.${field}`], title);
    return line === "" ? word : t("desk.audit.of_line", { n: line, what: word });
  }
  /** What it was done on, beside the case's number. */
  function object_word(entry: AuditEntry): string {
    const { rest } = about(entry.object);
    if (rest === "all") {
      return t("desk.audit.all");
    }
    if (entry.action === "audit.read") {
      return rest.split(" ").map(asked_word).join(" · ");
    }
    if (entry.action === "case.list") {
      return first_of([`desk.state.${rest}`], rest);
    }
    return entry.action === "desk.login" ? t("desk.audit.certificate", { sm3: rest.slice(0, print_shown) }) : rest_word(rest);
  }
  return { deed_word, role_word, finding_word, object_word };
}
