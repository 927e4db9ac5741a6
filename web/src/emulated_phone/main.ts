import { createApp } from "vue";
import "@/components/base.css";
import "./emulated_phone.css";
import App from "./App.vue";
import { i18n } from "@/i18n";
import { en_emulated_phone } from "@/i18n/en_emulated_phone";
import { zh_emulated_phone } from "@/i18n/zh_emulated_phone";

// Only here, so that no page of an office in earnest carries these words.
i18n.global.mergeLocaleMessage("zh-CN", { emulated: zh_emulated_phone });
i18n.global.mergeLocaleMessage("en", { emulated: en_emulated_phone });
createApp(App).use(i18n).mount("#app");
