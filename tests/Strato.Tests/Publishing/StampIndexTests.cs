using System.Globalization;
using System.Text;
using Strato.Posix;
using Strato.Publishing.Synchronizing;
using Strato.Testing;

namespace Strato.Tests.Publishing;

/// <summary>The index of a published tree: what was filled in, in whatever order and however late, is found by the next walk.</summary>
public sealed class StampIndexTests
{
    private const int Directories = 40;
    private const int FilesOfOne = 800;

    /// <summary>Longer than all pages that the writer keeps: names of 200 bytes and stamps of 56.</summary>
    private static readonly string Padding = new('n', 190);

    // How late stamps come: at once, some long after their turn, or all after the walk.
    [Theory]
    [InlineData("at once")]
    [InlineData("mixed")]
    [InlineData("afterwards, backwards")]
    public void Every_stamp_that_was_filled_in_is_found(string order)
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "index");
        List<(long Place, ContentStamp Stamp)> late = [];
        Random random = new(7);
        using (StampWriter writer = new(file))
        {
            foreach ((string directory, int first) in Tree())
            {
                writer.BeginDirectory(Encoding.ASCII.GetBytes(directory), StampOf(first));
                for (int number = first; number < first + FilesOfOne; number++)
                {
                    long place = writer.Reserve(Name(number));
                    if (order == "at once" || (order == "mixed" && random.Next(3) > 0))
                    {
                        writer.Fill(place, StampOf(number));
                    }
                    else
                    {
                        late.Add((place, StampOf(number)));
                    }
                }
            }

            late.Reverse();
            foreach ((long place, ContentStamp stamp) in late)
            {
                writer.Fill(place, stamp);
            }

            writer.Complete(new IndexHead(1, 2, 3));
        }

        using StampReader reader = StampReader.Open(file);
        foreach ((string directory, int first) in Tree())
        {
            reader.EnterDirectory(Encoding.ASCII.GetBytes(directory));
            for (int number = first; number < first + FilesOfOne; number++)
            {
                Assert.Equal(StampOf(number), reader.Find(Name(number)));
            }
        }
    }

    [Fact]
    public void A_stamp_that_never_came_proves_nothing_and_spoils_no_other()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "index");
        using (StampWriter writer = new(file))
        {
            writer.BeginDirectory([], default);
            long[] places = [.. Enumerable.Range(0, 3).Select(number => writer.Reserve(Name(number)))];
            writer.Fill(places[2], StampOf(2));
            writer.Fill(places[0], StampOf(0));
            writer.Complete(new IndexHead(1, 2, 3));
        }

        using StampReader reader = StampReader.Open(file);
        reader.EnterDirectory([]);
        Assert.Equal(StampOf(0), reader.Find(Name(0)));
        Assert.True(reader.Find(Name(1)).IsNone);
        Assert.Equal(StampOf(2), reader.Find(Name(2)));
    }

    private static IEnumerable<(string Directory, int First)> Tree() =>
        Enumerable.Range(0, Directories).Select(number => (string.Create(CultureInfo.InvariantCulture, $"/d{number:d3}"), number * FilesOfOne));

    private static byte[] Name(int number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:d8}{Padding}"));

    private static ContentStamp StampOf(int number) => new(
        1, (ulong)number + 1, number, new Timestamp(number, 5), new Timestamp(number + 1, 6), ~(ulong)number);
}
