// Bad news in the words of this phone.
import { useI18n } from "vue-i18n";
import { type Problem, sentence_of } from "@/client/problem";

export function use_trouble(): (problem: Problem) => string {
  const { t, te, locale } = useI18n();
  return (problem) => {
    if (problem.status === 0) {
      return sentence_of(problem, locale.value);
    }
    const known = `emulated.trouble.${problem.status}`;
    return te(known) ? t(known) : t("emulated.trouble.other", { status: problem.status });
  };
}

export async function copy_text(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
