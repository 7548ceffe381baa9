// Choosing many values without asking the server anew.

for (const link of document.querySelectorAll("form[data-verify] [data-select]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of document.querySelectorAll("form[data-verify] input[name=entry]")) {
      box.checked = link.dataset.select === "clean" && box.hasAttribute("data-clean");
    }
  });
}
