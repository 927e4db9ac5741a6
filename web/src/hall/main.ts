import { createPinia } from "pinia";
import { createApp } from "vue";
import "@/components/base.css";
import "./styles/hall.css";
import App from "./App.vue";
import { i18n } from "@/i18n";
import { recall_elder } from "./parts/elder";
import { router } from "./router";

recall_elder();
createApp(App).use(createPinia()).use(i18n).use(router).mount("#app");
