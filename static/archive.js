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

// Suggestions under the search box, as an editable combobox (ARIA Authoring Practices): arrows choose, Enter
// takes, Escape closes. The box works without this file; then the browser offers the names of its <datalist>.
(() => {
  const input = document.querySelector("form.search input[name=q]");
  if (!input) return;
  const form = input.form;
  const WAIT_MS = 120;
  const LEAST_LETTERS = 2;
  const KINDS = { person: "Person", programme: "Programme", outlet: "Outlet", word: "Word" };

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const status = document.createElement("span");
  status.className = "unseen";
  status.setAttribute("role", "status");
  form.append(list, status);

  // Only a text box may be a combobox; on a phone it keeps the search key.
  input.type = "text";
  input.inputMode = "search";
  input.removeAttribute("list");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let found = [];
  let at = -1;
  let timer = 0;
  let asked = new AbortController();

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    status.textContent = "";
  };

  const choose = (next) => {
    at = next;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };

  const take = (number) => {
    input.value = found[number].query;
    close();
    form.requestSubmit();
  };

  const text = (name, words) => {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = words;
    return part;
  };

  const show = () => {
    list.replaceChildren(
      ...found.map((one, i) => {
        const option = document.createElement("li");
        option.id = `suggestion-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(text("kind", KINDS[one.kind] ?? ""), text("name", one.label), text("detail", one.detail));
        return option;
      }),
    );
    if (found.length === 0) {
      close();
      return;
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(-1);
    status.textContent = found.length === 1 ? "1 suggestion" : `${found.length} suggestions`;
  };

  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const typed = input.value;
    if (typed.trim().length < LEAST_LETTERS) {
      close();
      return;
    }
    try {
      const answer = await fetch(`/search/suggest?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (!answer.ok || input.value !== typed || document.activeElement !== input) return;
      found = (await answer.json()).suggestions;
      show();
    } catch {
      close(); // taken back by the next letter, or the network is gone: the box still searches
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked.abort();
    close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        ask();
      } else {
        const last = found.length;
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(((at + 1 + step + last + 1) % (last + 1)) - 1); // past either end the box itself
      }
      event.preventDefault();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
})();
