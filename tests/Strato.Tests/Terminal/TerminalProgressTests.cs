using System.Text;
using Strato.Terminal;

namespace Strato.Tests.Terminal;

public sealed class TerminalProgressTests
{
    [Fact]
    public void A_bar_shows_title_and_state_and_is_gone_at_the_end()
    {
        using SharedWriter writer = new();
        using (TerminalProgress progress = new("publishing [test]", writer))
        {
            progress.Report("1,024 files", 0.5);
            Assert.True(SpinWait.SpinUntil(() => writer.Text.Contains("publishing [test]: 1,024 files", StringComparison.Ordinal), TimeSpan.FromMinutes(1)), writer.Text);
        }

        // What clears a line comes last.
        string text = writer.Text;
        Assert.Contains("\u001b[2K", text[text.LastIndexOf("publishing", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    /// <summary>What one thread writes another may read.</summary>
    private sealed class SharedWriter : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (text)
                {
                    return text.ToString();
                }
            }
        }

        public override void Write(char value)
        {
            lock (text)
            {
                text.Append(value);
            }
        }
    }
}
