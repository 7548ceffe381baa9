// The navigation on small screens, menus that close by themselves, and the choice of colours.

export function watchMenus() {
  const button = document.querySelector("[data-menu]");
  const rail = button?.closest(".rail");
  if (button && rail) {
    button.hidden = false;
    const show = (open) => {
      rail.toggleAttribute("data-open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => show(!rail.hasAttribute("data-open")));
    rail.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && rail.hasAttribute("data-open")) {
        show(false);
        button.focus();
      }
    });
  }

  const open = () => document.querySelectorAll("details[data-popup][open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

export function watchTheme() {
  const choice = document.querySelector("[data-theme-choice]");
  if (!choice) return;
  const root = document.documentElement;
  const now = root.dataset.theme || "system";
  for (const option of choice.querySelectorAll("input")) {
    option.checked = option.value === now;
    option.addEventListener("change", () => {
      if (option.value === "system") delete root.dataset.theme;
      else root.dataset.theme = option.value;
      try {
        if (option.value === "system") localStorage.removeItem("theme");
        else localStorage.setItem("theme", option.value);
      } catch {
        // Not remembered, but it holds for this page.
      }
    });
  }
  choice.hidden = false;
}
