// A day that is chosen means a period between two days.
"use strict";

document.addEventListener("change", (event) => {
  const period = document.querySelector("[data-period]");
  if (period && event.target.matches("[data-day]")) period.value = "own";
});
