(() => {
  "use strict";
  const page = document.documentElement;
  const spoken = () => {
    const chosen = document.querySelector('input[name="language"]:checked');
    if (chosen) page.lang = chosen.value;
  };
  for (const input of document.querySelectorAll('input[name="language"]')) input.addEventListener("change", spoken);
  spoken();

  // What leads to a part of the page must be seen: its tier is chosen, and no filter hides it.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const tier = target && target.closest(".tier");
    if (!tier) return;
    const shown = document.getElementById("show-" + tier.id);
    if (shown) shown.checked = true;
    const all = tier.querySelector("input.filter-all");
    if (all && target.closest(".finding")) all.checked = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  arrive();

  for (const button of document.querySelectorAll("button[data-unfold]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.dataset.unfold === "yes";
      for (const one of button.closest(".tier").querySelectorAll("details.why")) one.open = open;
    });
  }

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();
