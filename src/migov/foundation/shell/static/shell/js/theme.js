// Runs before the page is drawn, so that a chosen theme does not flash; therefore not a module.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage is switched off: the page follows the device.
  }
})();
