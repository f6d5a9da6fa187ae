// Keyboard only: "/" to the search box, "j" and "k" to the next and the previous quotation or result.
// Every page works without this file. The keys can be turned off (WCAG 2.1.4); the choice is kept.
(() => {
  const KEPT = "keys-off";
  const search = document.querySelector("form.search input[name=q]");
  const stops = [...document.querySelectorAll("[data-stop]")];
  const help = document.querySelector("[data-keys]");
  const button = help.querySelector("button");
  let isOff = false;

  const kept = (action) => {
    try {
      return action(localStorage);
    } catch {
      return null; // storage is refused in some private windows: the choice then lasts for this page
    }
  };

  const show = () => {
    button.textContent = isOff ? "Turn keys on" : "Turn keys off";
  };

  const goTo = (step) => {
    const here = document.activeElement.closest("[data-stop]");
    const above = stops.filter((stop) => stop.getBoundingClientRect().top <= 1).length;
    const next = here ? stops.indexOf(here) + step : step > 0 ? above : above - 1;
    const stop = stops[Math.max(0, Math.min(stops.length - 1, next))];
    if (!stop) return;
    const target = stop.querySelector("a[href]") ?? stop;
    if (target === stop) stop.tabIndex = -1;
    target.focus({ preventScroll: true });
    stop.scrollIntoView({ block: "nearest" });
  };

  isOff = kept((storage) => storage.getItem(KEPT)) === "yes";
  show();
  help.hidden = false;
  button.addEventListener("click", () => {
    isOff = !isOff;
    kept((storage) => storage.setItem(KEPT, isOff ? "yes" : "no"));
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (isOff || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j") {
      goTo(1);
    } else if (event.key === "k") {
      goTo(-1);
    }
  });
})();
