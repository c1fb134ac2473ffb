// Draws the decision models of a page with dmn-js. Without it the page says the same in plain tables.
(function () {
  "use strict";
  if (!window.DmnJS) return;

  // The diagram of all decisions is made to fit; tables scroll, by the keyboard too.
  function fit(viewer, view, canvasBox) {
    var active = viewer.getActiveViewer();
    Array.prototype.forEach.call(canvasBox.querySelectorAll(".tjs-table-container, .djs-container"), function (each) {
      each.setAttribute("tabindex", "0");
      each.setAttribute("role", "region");
      each.setAttribute("aria-label", view.name || view.id);
    });
    if (view.type !== "drd" || !active) return;
    var canvas = active.get("canvas");
    canvas.zoom(0.85 * canvas.zoom("fit-viewport", "auto"), "auto");
  }

  function tab(viewer, view, group, canvasBox) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = view.name || view.id;
    button.addEventListener("click", function () {
      Promise.resolve(viewer.open(view)).then(function () { fit(viewer, view, canvasBox); });
      Array.prototype.forEach.call(group.children, function (each) { each.setAttribute("aria-pressed", String(each === button)); });
    });
    group.appendChild(button);
    return button;
  }

  function show(box, viewer) {
    var group = box.querySelector(".wasl-drawing__tabs");
    var canvasBox = box.querySelector(".wasl-drawing__canvas");
    var buttons = viewer.getViews().map(function (view) { return tab(viewer, view, group, canvasBox); });
    if (buttons.length) buttons[0].click();
  }

  function draw(box) {
    var canvas = box.querySelector(".wasl-drawing__canvas");
    box.hidden = false;
    fetch(box.getAttribute("data-dmn"), { credentials: "same-origin" })
      .then(function (reply) { return reply.text(); })
      .then(function (xml) {
        var viewer = new window.DmnJS({ container: canvas });
        return viewer.importXML(xml).then(function () { show(box, viewer); });
      })
      .catch(function () { canvas.textContent = box.getAttribute("data-failed"); });
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-dmn]"), draw);
})();
