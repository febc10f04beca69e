cat <<EOF | sudo tee /etc/motd
Hello $USER, it's $(date +%A)
EOF
cat <<'ONE' >one && cat <<-TWO >two
no $expansion here
ONE
	indented by a tab
	TWO
echo done
