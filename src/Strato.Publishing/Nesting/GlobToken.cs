namespace Strato.Publishing.Nesting;

/// <summary>One step of a compiled glob: a byte, any byte but a slash, any number of any bytes, or a set of bytes.</summary>
internal readonly record struct GlobToken
{
    private const byte Escape = (byte)'\\';

    private readonly Kind kind;
    private readonly byte value;
    private readonly UInt128 lowSet;
    private readonly UInt128 highSet;

    private GlobToken(Kind kind, byte value = 0, UInt128 lowSet = default, UInt128 highSet = default)
    {
        this.kind = kind;
        this.value = value;
        this.lowSet = lowSet;
        this.highSet = highSet;
    }

    private enum Kind : byte
    {
        Literal,
        AnyByte,
        AnyBytes,
        OneOf,
    }

    public static GlobToken Literal(byte value) => new(Kind.Literal, value);

    /// <summary>
    /// Compiles one name of a pattern. False where a backslash stands before anything but a wildcard or a backslash, or ends the name.
    /// An opening bracket that nothing closes is a literal, as for the shell.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> name, bool brackets, out GlobToken[] tokens)
    {
        List<GlobToken> read = [];
        tokens = [];
        int at = 0;
        while (at < name.Length)
        {
            byte current = name[at++];
            switch (current)
            {
                case Escape:
                    if (at == name.Length || name[at] is not ((byte)'*' or (byte)'?' or Escape))
                    {
                        return false;
                    }

                    read.Add(Literal(name[at++]));
                    break;
                case (byte)'*':
                    read.Add(new GlobToken(Kind.AnyBytes));
                    break;
                case (byte)'?':
                    read.Add(new GlobToken(Kind.AnyByte));
                    break;
                case (byte)'[' when brackets && TryReadSet(name[at..], out GlobToken set, out int length):
                    read.Add(set);
                    at += length;
                    break;
                default:
                    read.Add(Literal(current));
                    break;
            }
        }

        tokens = [.. read];
        return true;
    }

    /// <summary>
    /// True where the tokens match all of the text. Linear in space, and in time at most tokens times bytes: of several stars only the
    /// last one ever has to be tried again.
    /// </summary>
    public static bool Match(ReadOnlySpan<GlobToken> tokens, ReadOnlySpan<byte> text)
    {
        int token = 0;
        int at = 0;
        int starToken = -1;
        int starAt = 0;
        while (at < text.Length)
        {
            if (token < tokens.Length && tokens[token].kind == Kind.AnyBytes)
            {
                starToken = token++;
                starAt = at;
            }
            else if (token < tokens.Length && tokens[token].Accepts(text[at]))
            {
                token++;
                at++;
            }
            else if (starToken >= 0)
            {
                token = starToken + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        while (token < tokens.Length && tokens[token].kind == Kind.AnyBytes)
        {
            token++;
        }

        return token == tokens.Length;
    }

    private static bool TryReadSet(ReadOnlySpan<byte> text, out GlobToken set, out int length)
    {
        UInt128 low = default;
        UInt128 high = default;
        int at = 0;
        bool negated = text.Length > 0 && text[0] is (byte)'!' or (byte)'^';
        if (negated)
        {
            at++;
        }

        int first = at;
        while (at < text.Length && (text[at] != ']' || at == first))
        {
            byte from = text[at++];
            byte to = from;
            if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                to = text[at + 1];
                at += 2;
            }

            for (int member = from; member <= to; member++)
            {
                if (member < 128)
                {
                    low |= UInt128.One << member;
                }
                else
                {
                    high |= UInt128.One << (member - 128);
                }
            }
        }

        length = at + 1;
        set = new GlobToken(Kind.OneOf, value: 0, negated ? ~low : low, negated ? ~high : high);
        return at < text.Length;
    }

    private bool Accepts(byte candidate) => kind switch
    {
        Kind.Literal => candidate == value,
        Kind.AnyByte => candidate != '/',
        Kind.OneOf => candidate < 128
            ? (lowSet & (UInt128.One << candidate)) != 0
            : (highSet & (UInt128.One << (candidate - 128))) != 0,
        _ => false,
    };
}
