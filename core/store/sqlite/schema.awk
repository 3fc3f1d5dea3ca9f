# Turns numbered schema files into lines of C: {1, "CREATE TABLE …"}, one a statement. A statement ends with ";" at
# the end of a line without a comment; comments within it and before it stay with it.
FNR == 1 {
    number = FILENAME
    sub(/.*\//, "", number)
    version = substr(number, 1, 4) + 0
    if (number !~ /^[0-9][0-9][0-9][0-9]_/ || version != ++expected) {
        print FILENAME ": the schema files must be numbered 0001, 0002, ..." > "/dev/stderr"
        exit 1
    }
}
{
    line = $0
    if (line == "" && text == "")
        next
    gsub(/\\/, "\\\\", line)
    gsub(/"/, "\\\"", line)
    text = text "\n     \"" line "\\n\""
}
/;$/ && !/--/ {
    print "{" version "," text "},"
    text = ""
}
