// Words that come from data: what a programme calls its papers and fields, what a state is called in the page's language.
import { useI18n } from "vue-i18n";
import { session } from "./session";

export function use_names() {
  const { t, te, locale } = useI18n();
  const programme_of = (code: string, version: number) =>
    session.programmes.find((each) => each.code === code && each.version === version) ??
    session.programmes.find((each) => each.code === code);
  const slot_name = (code: string, version: number, slot: string): string => {
    const own = te(`desk.pane.${slot}`) ? t(`desk.pane.${slot}`) : slot;
    return programme_of(code, version)?.materials.find((each) => each.slot === slot)?.title ?? own;
  };
  const label_of = (state: { label: string; label_en: string }) => (locale.value === "en" ? state.label_en : state.label);
  const word = (group: string, key: string) => (te(`desk.${group}.${key}`) ? t(`desk.${group}.${key}`) : key);
  return { programme_of, slot_name, label_of, word };
}
