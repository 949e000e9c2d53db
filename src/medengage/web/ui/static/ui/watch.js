// Shows how far some work is without loading the page anew: the part that is marked with
// data-watch is fetched again and again, and the whole page once the part is gone. Without this
// script the page has a link that says "Look again".
const PAUSE = 2000;

async function looked() {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    throw new Error("the server is busy");
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = document.querySelector("[data-watch]");
  const after = page.querySelector("[data-watch]");
  if (after === null) {
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("main").focus();
  } else {
    if (after.textContent !== before.textContent) {
      before.replaceChildren(...after.childNodes);
    }
    window.setTimeout(watched, PAUSE);
  }
}

async function watched() {
  try {
    await looked();
  } catch {
    window.setTimeout(watched, PAUSE);
  }
}

if (document.querySelector("[data-watch]") !== null) {
  window.setTimeout(watched, PAUSE);
}
