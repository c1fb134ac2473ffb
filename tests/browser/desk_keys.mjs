// A routine file by keyboard alone: at most 8 key presses for the caseworker, 4 for the signatory.
import { expect, finish, signInAtDesk, startBrowser, startDemo, step } from './_lib.mjs';

const browser = await startBrowser();
if (!browser) { console.log('skip desk keys: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const desk = `${demo.address}/fr/desk/commune-ain-wasl`;

async function signedIn(login) {
  const page = await (await browser.newContext()).newPage();
  await signInAtDesk(page, demo, 'commune-ain-wasl', login);
  return page;
}

// Presses the keys one after the other; Enter that leaves the page waits for the next one.
async function press(page, keys) {
  for (const key of keys) {
    const before = page.url();
    await page.keyboard.press(key);
    if (key === 'Enter') {
      await page.waitForURL((url) => url.href !== before, { timeout: 10000 });
      await page.waitForLoadState();
    }
  }
  return keys.length;
}

await step('desk: a routine file takes the caseworker at most 8 key presses', async () => {
  const page = await signedIn('agent');
  await page.goto(`${desk}/queue?phase=examination&procedure=birth-extract`);
  const count = await press(page, ['Enter', 'g', 'Enter']);
  expect(page.url().includes('done=grant'), `at ${page.url()}`);
  expect(count <= 8, `${count} keys`);
});

await step('desk: a routine file takes the signatory at most 4 key presses', async () => {
  const page = await signedIn('signataire');
  await page.goto(`${desk}/signature`);
  const count = await press(page, ['x', 's', 'Enter']);
  expect(await page.locator('.wasl-tag--green').count() === 1, `at ${page.url()}`);
  expect(count <= 4, `${count} keys`);
});

await step('desk: the help of the keys opens with a question mark', async () => {
  const page = await signedIn('agent2');
  await page.keyboard.press('?');
  expect(await page.locator('#keys').getAttribute('open') !== null, 'the help stays closed');
  await page.keyboard.press('j');
  expect(await page.locator('.wasl-row-here').count() === 1, 'no row is marked');
});

await browser.close();
await demo.stop();
finish();
