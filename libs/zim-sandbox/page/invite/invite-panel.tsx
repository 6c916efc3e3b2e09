import './invite.css';
import { useTexts } from '../texts/language.js';
import { inviteTexts } from './texts.js';

export function InvitePanel() {
  const t = useTexts(inviteTexts);
  return (
    <section id="invite" class="panel" aria-labelledby="invite-title">
      <h2 id="invite-title">{t.title}</h2>
    </section>
  );
}
