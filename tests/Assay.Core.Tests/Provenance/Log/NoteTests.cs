using System.Text;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Core.Tests.Provenance.Log;

public sealed class NoteTests
{
    // The example of c2sp.org/signed-note.
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string Example = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """;

    private const string Line = "\u2014 example.com/foo AAAAAAE=\n";

    private readonly TestLog log = new();

    [Fact]
    public void The_example_of_the_specification_verifies()
    {
        Assert.True(NoteKey.TryParse(ExampleKey, out var key));
        Assert.True(UnverifiedNote.TryParse(Encoding.UTF8.GetBytes(Example), out var unverified));

        Assert.True(unverified.TryVerify([key], out var note, out _));
        Assert.Equal("This is an example message.\n", Encoding.UTF8.GetString(note.Text.Span));
        Assert.Equal(key, Assert.Single(note.Signatures).Key);
    }

    [Fact]
    public void A_flipped_bit_anywhere_refuses_the_note()
    {
        Assert.True(NoteKey.TryParse(ExampleKey, out var key));
        var bytes = Encoding.UTF8.GetBytes(Example);

        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var tampered = (byte[])bytes.Clone();
            tampered[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.False(UnverifiedNote.TryParse(tampered, out var note) && note.TryVerify([key], out _, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void A_line_of_an_unknown_key_is_passed_over()
    {
        byte[] bytes = [.. log.Note("text\n"), .. Encoding.UTF8.GetBytes(Line), .. Encoding.UTF8.GetBytes($"\u2014 {TestLog.Origin} AAAAAAE=\n")];

        Assert.True(UnverifiedNote.TryParse(bytes, out var note));
        Assert.True(note.TryVerify([log.Ed25519Key], out var signed, out _));
        Assert.Single(signed.Signatures);
    }

    [Fact]
    public void A_known_key_with_a_bad_signature_refuses_the_note_whatever_else_is_signed()
    {
        var forged = new NoteSignature(TestLog.Origin, log.EcdsaKey.Id, new byte[70]);
        Assert.True(UnverifiedNote.TryParse([.. log.Note("text\n"), .. Encoding.UTF8.GetBytes($"{forged}")], out var note));

        Assert.True(note.TryVerify([log.Ed25519Key], out _, out _));
        Assert.False(note.TryVerify([log.Ed25519Key, log.EcdsaKey], out _, out var refusal));
        Assert.Equal(LogRefusal.BadSignature, refusal);
    }

    [Fact]
    public void Without_a_known_key_nothing_is_believed()
    {
        Assert.True(UnverifiedNote.TryParse(log.Note("text\n"), out var note));

        Assert.False(note.TryVerify([log.WitnessKey, log.EcdsaKey], out _, out var refusal));
        Assert.Equal(LogRefusal.NotSigned, refusal);
        Assert.False(note.TryVerify([], out _, out _));
    }

    [Fact]
    public void The_name_and_the_id_must_both_be_the_keys()
    {
        var other = Ed25519NoteKey.Create("other.example", Convert.FromBase64String(log.Ed25519Key.ToString().Split('+', 3)[2]).AsSpan(1))!;
        Assert.True(UnverifiedNote.TryParse(log.Note("text\n"), out var note));

        Assert.NotEqual(log.Ed25519Key.Id, other.Id);
        Assert.False(note.TryVerify([other], out _, out var refusal));
        Assert.Equal(LogRefusal.NotSigned, refusal);
    }

    [Fact]
    public void The_last_empty_line_ends_the_text()
    {
        const string Text = "one\n\ntwo\n\n\u2014 example.com/foo AAAAAAE=\n";
        Assert.True(UnverifiedNote.TryParse(log.Note(Text), out var note));

        Assert.True(note.TryVerify([log.Ed25519Key], out var signed, out _));
        Assert.Equal(Text, Encoding.UTF8.GetString(signed.Text.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n" + Line)]
    [InlineData("text\n\n" + Line + "\n")]
    [InlineData("text\n\n" + Line + "more\n")]
    [InlineData("text\n\n\u2014 example.com/foo AAAAAAE=")]
    [InlineData("text\n\n- example.com/foo AAAAAAE=\n")]
    [InlineData("text\n\n\u2013 example.com/foo AAAAAAE=\n")]
    [InlineData("text\n\n\u2014example.com/foo AAAAAAE=\n")]
    [InlineData("text\n\n\u2014  AAAAAAE=\n")]
    [InlineData("text\n\n\u2014 AAAAAAE=\n")]
    [InlineData("text\n\n\u2014 example.com/foo  AAAAAAE=\n")]
    [InlineData("text\n\n\u2014 example.com/foo AAAAAAE= \n")]
    [InlineData("text\n\n\u2014 example.com/foo AAAAAAE\n")]
    [InlineData("text\n\n\u2014 example.com/foo AAAAAAF=\n")]
    [InlineData("text\n\n\u2014 example.com/foo AAAAAA==\n")]
    [InlineData("text\n\n\u2014 example.com/foo \n")]
    [InlineData("text\n\n\u2014 example.com+foo AAAAAAE=\n")]
    [InlineData("text\n\n\u2014 example\u00a0com AAAAAAE=\n")]
    [InlineData("text\n\n\u2014 example\u2003com AAAAAAE=\n")]
    [InlineData("text\r\n\n" + Line)]
    [InlineData("te\txt\n\n" + Line)]
    [InlineData("te\0xt\n\n" + Line)]
    public void What_is_not_written_exactly_so_is_no_note(string text) => Assert.False(UnverifiedNote.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public void A_note_is_utf8(byte[] bytes) =>
        Assert.False(UnverifiedNote.TryParse([.. bytes, .. "\n\n"u8, .. Encoding.UTF8.GetBytes(Line)], out _));

    [Theory]
    [InlineData(16, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_note_has_a_bounded_number_of_lines(int lines, bool isNote) =>
        Assert.Equal(isNote, UnverifiedNote.TryParse(Encoding.UTF8.GetBytes("text\n\n" + string.Concat(Enumerable.Repeat(Line, lines))), out _));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_note_has_a_bounded_size(int more, bool isNote)
    {
        var end = Encoding.UTF8.GetBytes("\n\n" + Line);
        byte[] bytes = [.. Enumerable.Repeat((byte)'a', UnverifiedNote.LongestNote - end.Length + more), .. end];

        Assert.Equal(isNote, UnverifiedNote.TryParse(bytes, out _));
    }
}
