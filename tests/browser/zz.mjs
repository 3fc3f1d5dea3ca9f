import { launch, open, width } from './browser.mjs';
import { school } from './school.mjs';
const [b,s]=await Promise.all([launch(),school()]);
const P={mid:s.middle+'?lang=ar',pick:s.unitOld+'?lang=ar',ypick:s.unitYoung+'?lang=ar',y0:s.young+'?lang=ar',y3:s.young+'?lang=ar#s3',yend:s.young+'?lang=ar#s11',tack:s.old+'/tack?lang=ar',start:s.origin+'/?lang=ar',unk:s.origin+'/?code=4QXM7&lang=ar',uk:s.middle+'?lang=uk',uky:s.young+'?lang=uk#s4',so:s.young+'?lang=so#s3'};
for (const [n,u] of Object.entries(P)) for (const [w,h] of [[320,568],[390,844]]) {
  const p=await open(b,u,{viewport:{width:w,height:h}});
  if (n==='y3') await p.locator('fieldset:visible label').nth(2).tap();
  if (n==='mid') await p.locator('fieldset:visible label').nth(2).tap();
  console.log(n,w,await width(p), await p.evaluate(()=>getComputedStyle(document.body).direction));
  await p.screenshot({path:`/tmp/tr/${n}-${w}.png`, fullPage: n==='mid'&&w===390});
  await p.context().close();
}
await b.close(); await s.close();
