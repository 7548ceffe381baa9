// What the page does by itself. Every part also works without it: links, forms and <details> carry the weight.
import { watchMenus, watchTheme } from "./menus.js";
import { watchForms } from "./forms.js";
import { watchKeys } from "./keys.js";
import { watchTyped } from "./typed.js";

/** Tables that scroll sideways can be reached and scrolled with the keyboard. */
function openScrollers(root) {
  for (const box of root.querySelectorAll(".wrap")) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls && !box.hasAttribute("tabindex")) {
      const caption = box.querySelector("caption") || box.closest("section, .card")?.querySelector("h2, h3");
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", caption?.textContent.trim() || document.title);
    }
  }
}

function copyLinks() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy || location.href);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 2000);
  });
}

watchMenus();
watchTheme();
watchForms();
watchTyped();
watchKeys();
copyLinks();
openScrollers(document);
addEventListener("resize", () => openScrollers(document), { passive: true });
document.addEventListener("htmx:load", (event) => openScrollers(event.target));
